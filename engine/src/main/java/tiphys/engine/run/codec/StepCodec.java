package tiphys.engine.run.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Orders and endings as JSON, version 1.
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
                "image", order.image(),
                "command", order.command(),
                "args", order.args(),
                "script", order.script().orElse(null),
                "workingDir", order.workingDir().orElse(null),
                "env", order.env().isEmpty() ? null : order.env().stream().map(StepCodec::variable).toList(),
                "envFrom", order.envFrom().isEmpty() ? null : order.envFrom().stream().map(StepCodec::envFrom).toList(),
                "mounts", order.mounts().isEmpty() ? null : order.mounts().stream().map(StepCodec::mount).toList(),
                "resultWanted", order.resultWanted() ? true : null,
                "outputs",
                        order.outputs().isEmpty()
                                ? null
                                : order.outputs().stream()
                                        .map(one -> Value.object("parameter", one.parameter(), "path", one.path()))
                                        .toList(),
                "deadline", order.deadline().map(Instant::toString).orElse(null),
                "graceMillis", order.grace().toMillis());
    }

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
                text(json, "image"),
                texts(json, "command"),
                texts(json, "args"),
                json.textAt("script"),
                json.textAt("workingDir"),
                json.listAt("env").stream().map(StepCodec::variable).toList(),
                json.listAt("envFrom").stream().map(StepCodec::envFrom).toList(),
                json.listAt("mounts").stream().map(StepCodec::mount).toList(),
                json.find("resultWanted").isPresent(),
                json.listAt("outputs").stream()
                        .map(one -> new StepOrder.OutputFile(text(one, "parameter"), text(one, "path")))
                        .toList(),
                json.textAt("deadline").map(Instant::parse),
                Duration.ofMillis(RunFacts.whole(json, "graceMillis")));
    }

    private static Value variable(StepOrder.Variable variable) {
        return switch (variable.source()) {
            case StepOrder.Source.Literal(var value) -> Value.object("name", variable.name(), "value", value);
            case StepOrder.Source.ConfigMapKey(var name, var key, var optional) ->
                    Value.object(
                            "name", variable.name(), "configMap", name, "key", key, "optional", optional ? true : null);
            case StepOrder.Source.SecretKey(var name, var key, var optional) ->
                    Value.object(
                            "name", variable.name(), "secret", name, "key", key, "optional", optional ? true : null);
        };
    }

    private static StepOrder.Variable variable(Value json) {
        var name = text(json, "name");
        if (json.find("configMap").isPresent()) {
            return new StepOrder.Variable(
                    name, new StepOrder.Source.ConfigMapKey(text(json, "configMap"), text(json, "key"), flag(json)));
        }
        if (json.find("secret").isPresent()) {
            return new StepOrder.Variable(
                    name, new StepOrder.Source.SecretKey(text(json, "secret"), text(json, "key"), flag(json)));
        }
        return new StepOrder.Variable(name, new StepOrder.Source.Literal(text(json, "value")));
    }

    private static Value envFrom(StepOrder.EnvFrom from) {
        return Value.object(
                "origin", from.origin().name(),
                "name", from.name(),
                "prefix", from.prefix(),
                "optional", from.optional() ? true : null);
    }

    private static StepOrder.EnvFrom envFrom(Value json) {
        return new StepOrder.EnvFrom(
                StepOrder.Origin.valueOf(text(json, "origin")), text(json, "name"), text(json, "prefix"), flag(json));
    }

    private static Value mount(StepOrder.Mount mount) {
        var json =
                Value.object(
                        "volume", mount.volume(),
                        "path", mount.path(),
                        "subPath", mount.subPath().orElse(null),
                        "readOnly", mount.readOnly() ? true : null);
        return switch (mount.source()) {
            case StepOrder.Volume.EmptyDir _ -> json.with("emptyDir", Value.bool(true));
            case StepOrder.Volume.Keys(var origin, var name, var items, var optional) ->
                    json.with(
                            "keys",
                            Value.object(
                                    "origin",
                                    origin.name(),
                                    "name",
                                    name,
                                    "items",
                                    items.stream()
                                            .map(item -> Value.object("key", item.key(), "path", item.path()))
                                            .toList(),
                                    "optional",
                                    optional ? true : null));
        };
    }

    private static StepOrder.Mount mount(Value json) {
        var keys = json.mapAt("keys");
        var source =
                json.find("keys").isEmpty()
                        ? new StepOrder.Volume.EmptyDir()
                        : new StepOrder.Volume.Keys(
                                StepOrder.Origin.valueOf(text(keys, "origin")),
                                text(keys, "name"),
                                keys.listAt("items").stream()
                                        .map(item -> new StepOrder.Volume.Item(text(item, "key"), text(item, "path")))
                                        .toList(),
                                flag(keys));
        return new StepOrder.Mount(
                text(json, "volume"),
                text(json, "path"),
                json.textAt("subPath"),
                json.find("readOnly").isPresent(),
                source);
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
            case Ending.OutputsRefused(var code, var message) ->
                    Value.object("outputsRefused", message, "exitCode", code);
            case Ending.Signalled(var signal) -> Value.object("signal", signal);
            case Ending.DeadlineExceeded _ -> Value.object("deadline", true);
            case Ending.Cancelled _ -> Value.object("cancelled", true);
            case Ending.Lost(var reason) -> Value.object("lost", reason);
            case Ending.NotStarted(var message) -> Value.object("notStarted", message);
        };
    }

    static Ending ending(Value.Mapping json) {
        if (json.find("code").isPresent()) {
            return new Ending.Exited(
                    RunFacts.whole(json, "code"), json.textAt("result"), RunFacts.texts(json.mapAt("parameters")));
        }
        if (json.find("outputsRefused").isPresent()) {
            return new Ending.OutputsRefused(RunFacts.whole(json, "exitCode"), text(json, "outputsRefused"));
        }
        if (json.find("signal").isPresent()) {
            return new Ending.Signalled(RunFacts.whole(json, "signal"));
        }
        if (json.find("deadline").isPresent()) {
            return new Ending.DeadlineExceeded();
        }
        if (json.find("cancelled").isPresent()) {
            return new Ending.Cancelled();
        }
        Optional<String> lost = json.textAt("lost");
        return lost.isPresent() ? new Ending.Lost(lost.get()) : new Ending.NotStarted(text(json, "notStarted"));
    }

    private static String text(Value json, String field) {
        return json.textAt(field).orElse("");
    }

    private static List<String> texts(Value json, String field) {
        return json.listAt(field).stream().map(Json::text).toList();
    }

    private static boolean flag(Value json) {
        return json.find("optional").isPresent();
    }
}
