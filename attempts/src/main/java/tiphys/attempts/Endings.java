package tiphys.attempts;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;

/// An attempt's outcome as JSON, for its `claim`.
final class Endings {
    private Endings() {}

    static Value write(Outcome ended) {
        var value = Value.object("ended", write(ended.end()));
        var used = ended.used().map(one -> value.with("used", write(one))).orElse(value);
        return ended.started().map(started -> used.with("started", write(started))).orElse(used);
    }

    static Outcome read(Value value) {
        return new Outcome(
                value.find("started").map(started -> (StepReport.Started) report(started)),
                value.find("used").map(used -> (StepReport.Used) report(used)),
                (StepReport.Ended) report(value.mapAt("ended")));
    }

    static Value.Mapping write(StepReport report) {
        return switch (report) {
            case StepReport.Started(var attempt, var at, var program) ->
                    Value.object("attempt", attempt.text(), "atMicros", micros(at), "program", program);
            case StepReport.Ready _,
                    StepReport.ContainerStarted _,
                    StepReport.ContainerEnded _,
                    StepReport.Progressed _ ->
                    throw new IllegalStateException("only what an attempt came to is written down");
            case StepReport.Used(var attempt, var at, var cpu, var peak) ->
                    Value.object(
                            "attempt", attempt.text(), "atMicros", micros(at), "cpuMicros", cpu, "peakBytes", peak);
            case StepReport.Ended(var attempt, var at, var ending) ->
                    Value.object("attempt", attempt.text(), "atMicros", micros(at), "ending", write(ending));
        };
    }

    static StepReport report(Value value) {
        var attempt = new AttemptId(text(value, "attempt"));
        var at = Instant.EPOCH.plus(longAt(value, "atMicros"), ChronoUnit.MICROS);
        if (value.find("cpuMicros").isPresent()) {
            return new StepReport.Used(attempt, at, longAt(value, "cpuMicros"), longAt(value, "peakBytes"));
        }
        return value.find("ending")
                .<StepReport>map(ending -> new StepReport.Ended(attempt, at, ending(ending)))
                .orElseGet(() -> new StepReport.Started(attempt, at, text(value, "program")));
    }

    private static Value write(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, var result, var parameters) -> exited(code, result, parameters);
            case Ending.GroupExited(var containers, var result, var parameters) ->
                    Value.object(
                            "kind",
                            "group",
                            "containers",
                            Value.list(containers.stream().map(Endings::container).toList()),
                            "result",
                            result.orElse(null),
                            "parameters",
                            parameters);
            case Ending.OutputsRefused(var code, var message) ->
                    Value.object("kind", "outputsRefused", "code", code, "message", message);
            case Ending.Signalled(var signal) -> kind("signalled", "signal", signal);
            case Ending.OutOfMemory(var code) -> kind("outOfMemory", "code", code);
            case Ending.DeadlineExceeded(var exit) -> kind("deadlineExceeded", exit);
            case Ending.Cancelled(var exit) -> kind("cancelled", exit);
            case Ending.Served _ -> throw new IllegalStateException("a process does not end so: " + ending);
            case Ending.Lost(var reason) -> kind("lost", "reason", reason);
            case Ending.NotStarted(var message) -> kind("notStarted", "message", message);
        };
    }

    private static Value container(ContainerEnd end) {
        return Value.object("name", end.name(), "code", end.code(), "message", end.message());
    }

    private static ContainerEnd container(Value value) {
        return new ContainerEnd(text(value, "name"), whole(value, "code"), text(value, "message"));
    }

    private static Value exited(int code, Optional<String> result, Map<String, String> parameters) {
        var value = Value.object("kind", "exited", "code", code, "parameters", parameters);
        return result.map(text -> value.with("result", text)).orElse(value);
    }

    private static Value kind(String kind, OptionalInt exit) {
        return exit.isPresent() ? kind(kind, "exit", exit.getAsInt()) : Value.object("kind", kind);
    }

    private static Value kind(String kind, String field, Object fact) {
        return Value.object("kind", kind, field, fact);
    }

    private static Ending ending(Value value) {
        var kind = text(value, "kind");
        return switch (kind) {
            case "exited" ->
                    new Ending.Exited(whole(value, "code"), value.textAt("result"), texts(value, "parameters"));
            case "group" ->
                    new Ending.GroupExited(
                            value.listAt("containers").stream().map(Endings::container).toList(),
                            value.textAt("result"),
                            texts(value, "parameters"));
            case "outputsRefused" -> new Ending.OutputsRefused(whole(value, "code"), text(value, "message"));
            case "signalled" -> new Ending.Signalled(whole(value, "signal"));
            case "outOfMemory" -> new Ending.OutOfMemory(whole(value, "code"));
            case "deadlineExceeded" -> new Ending.DeadlineExceeded(exit(value));
            case "cancelled" -> new Ending.Cancelled(exit(value));
            case "lost" -> new Ending.Lost(text(value, "reason"));
            case "notStarted" -> new Ending.NotStarted(text(value, "message"));
            default -> throw new IllegalStateException("no ending is called " + kind);
        };
    }

    private static OptionalInt exit(Value value) {
        return value.find("exit").isPresent() ? OptionalInt.of(whole(value, "exit")) : OptionalInt.empty();
    }

    private static String text(Value value, String field) {
        return value.textAt(field).orElseThrow(() -> new IllegalStateException("no " + field + " in " + value));
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static long longAt(Value value, String field) {
        return value.find(field)
                .map(found -> ((Value.Number) found).decimal().longValueExact())
                .orElseThrow(() -> new IllegalStateException("no " + field + " in " + value));
    }

    private static int whole(Value value, String field) {
        return value.find(field)
                .map(found -> ((Value.Number) found).decimal().intValueExact())
                .orElseThrow(() -> new IllegalStateException("no " + field + " in " + value));
    }

    private static Map<String, String> texts(Value value, String field) {
        var texts = new LinkedHashMap<String, String>();
        value.mapAt(field).fields().forEach((key, text) -> texts.put(key, ((Value.Text) text).value()));
        return texts;
    }
}
