package tiphys.engine.run.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.Transfer;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Orders (version 2) and endings (version 1) as JSON.
final class StepCodec {
    private StepCodec() {}

    static Value.Mapping order(StepOrder order) {
        return Value.object(
                "attempt", order.attempt().text(),
                "run", order.runUid(),
                "host", order.host(),
                "namespace", order.namespace(),
                "runName", order.runName(),
                "nodeId", order.nodeId(),
                "nodeName", order.nodeName(),
                "pod", order.podName(),
                "template", order.template().json(),
                "resultWanted", order.resultWanted() ? true : null,
                "deadline", order.deadline().map(Instant::toString).orElse(null),
                "graceMillis", order.grace().toMillis(),
                "podFields", order.pod().fields().isEmpty() ? null : order.pod());
    }

    /// Reads an order of either version: the first had the parts of its container beside one another.
    static StepOrder order(Value.Mapping json) {
        return new StepOrder(
                new AttemptId(text(json, "attempt")),
                text(json, "run"),
                text(json, "host"),
                text(json, "namespace"),
                text(json, "runName"),
                text(json, "nodeId"),
                text(json, "nodeName"),
                text(json, "pod"),
                new ResolvedTemplate(
                        json.find("template").isPresent() ? json.mapAt("template") : FirstOrders.template(json)),
                json.find("resultWanted").isPresent(),
                json.textAt("deadline").map(Instant::parse),
                Duration.ofMillis(RunFacts.whole(json, "graceMillis")),
                json.mapAt("podFields"));
    }

    static Value.Mapping ending(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, var result, var parameters) ->
                    Value.object(
                            "code",
                            code,
                            "result",
                            result.orElse(null),
                            "parameters",
                            parameters.isEmpty() ? null : parameters);
            case Ending.GroupExited(var containers, var result, var parameters) ->
                    Value.object(
                            "containers",
                            Value.list(containers.stream().map(StepCodec::container).toList()),
                            "result",
                            result.orElse(null),
                            "parameters",
                            parameters.isEmpty() ? null : parameters);
            case Ending.OutputsRefused(var code, var message) ->
                    Value.object("outputsRefused", message, "exitCode", code);
            case Ending.Signalled(var signal) -> Value.object("signal", signal);
            case Ending.OutOfMemory(var code) -> Value.object("outOfMemory", code);
            case Ending.DeadlineExceeded(var exit) -> Value.object("deadline", true, "exit", exit(exit));
            case Ending.Cancelled(var exit) -> Value.object("cancelled", true, "exit", exit(exit));
            case Ending.Served(var outcome, var message, var exit, var result, var parameters) ->
                    Value.object(
                            "served",
                            outcome.name(),
                            "message",
                            message.isEmpty() ? null : message,
                            "exit",
                            exit(exit),
                            "result",
                            result.orElse(null),
                            "parameters",
                            parameters.isEmpty() ? null : parameters);
            case Ending.Lost(var reason) -> Value.object("lost", reason);
            case Ending.NotStarted(var message) -> Value.object("notStarted", message);
        };
    }

    static Ending ending(Value.Mapping json) {
        if (json.find("code").isPresent()) {
            return new Ending.Exited(
                    RunFacts.whole(json, "code"), json.textAt("result"), RunFacts.texts(json.mapAt("parameters")));
        }
        if (json.find("containers").isPresent()) {
            return new Ending.GroupExited(
                    json.listAt("containers").stream().map(StepCodec::container).toList(),
                    json.textAt("result"),
                    RunFacts.texts(json.mapAt("parameters")));
        }
        if (json.find("outputsRefused").isPresent()) {
            return new Ending.OutputsRefused(RunFacts.whole(json, "exitCode"), text(json, "outputsRefused"));
        }
        if (json.find("signal").isPresent()) {
            return new Ending.Signalled(RunFacts.whole(json, "signal"));
        }
        if (json.find("outOfMemory").isPresent()) {
            return new Ending.OutOfMemory(RunFacts.whole(json, "outOfMemory"));
        }
        if (json.find("deadline").isPresent()) {
            return new Ending.DeadlineExceeded(exit(json));
        }
        if (json.find("cancelled").isPresent()) {
            return new Ending.Cancelled(exit(json));
        }
        if (json.find("served").isPresent()) {
            return new Ending.Served(
                    Ending.Outcome.valueOf(text(json, "served")),
                    text(json, "message"),
                    exit(json),
                    json.textAt("result"),
                    RunFacts.texts(json.mapAt("parameters")));
        }
        Optional<String> lost = json.textAt("lost");
        return lost.isPresent() ? new Ending.Lost(lost.get()) : new Ending.NotStarted(text(json, "notStarted"));
    }

    static Value.Mapping transfer(Transfer transfer) {
        return Value.object(
                "attempt", transfer.attempt().text(),
                "direction", transfer.direction().name(),
                "result", transfer.result().name(),
                "moved",
                        Value.list(
                                transfer.moved().stream()
                                        .map(one -> Value.object("name", one.name(), "bytes", one.bytes()))
                                        .toList()),
                "problems", transfer.problems().isEmpty() ? null : Value.of(transfer.problems()));
    }

    static Transfer transfer(Value.Mapping json) {
        return new Transfer(
                new AttemptId(text(json, "attempt")),
                Transfer.Direction.valueOf(text(json, "direction")),
                Transfer.Result.valueOf(text(json, "result")),
                json.listAt("moved").stream()
                        .map(one -> new Transfer.Moved(text(one, "name"), whole(one, "bytes")))
                        .toList(),
                json.listAt("problems").stream().map(Json::text).toList());
    }

    private static long whole(Value json, String field) {
        return json.find(field)
                .map(value -> value instanceof Value.Number(var literal, _) ? Long.parseLong(literal) : 0)
                .orElse(0L);
    }

    private static Value container(ContainerEnd end) {
        return Value.object(
                "name", end.name(), "code", end.code(), "message", end.message().isEmpty() ? null : end.message());
    }

    private static ContainerEnd container(Value json) {
        return new ContainerEnd(text(json, "name"), RunFacts.whole(json, "code"), text(json, "message"));
    }

    private static @Nullable Integer exit(OptionalInt exit) {
        return exit.isPresent() ? exit.getAsInt() : null;
    }

    private static OptionalInt exit(Value.Mapping json) {
        return json.find("exit").isPresent() ? OptionalInt.of(RunFacts.whole(json, "exit")) : OptionalInt.empty();
    }

    private static String text(Value json, String field) {
        return json.textAt(field).orElse("");
    }
}
