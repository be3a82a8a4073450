package tiphys.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.manifest.Value;

/// Makes step orders for tests: a shell step by default, changed by what the test is about. Immutable.
public record Orders(
        AttemptId attempt,
        String host,
        String image,
        List<String> command,
        List<String> args,
        Optional<String> script,
        Optional<String> workingDir,
        List<Mount> mounts,
        boolean resultWanted,
        List<OutputFile> outputs,
        Optional<Instant> deadline,
        Duration grace) {

    /// Values for nothing.
    public static final Materials NO_MATERIALS = new Materials(Map.of(), Map.of());

    /// A step that runs a line of shell.
    public static Orders shell(String attempt, String host, String line) {
        return new Orders(
                new AttemptId(attempt),
                host,
                "alpine:3.20",
                List.of("sh", "-c"),
                List.of(line),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false,
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(30));
    }

    /// An order of a container set, each of whose containers runs a line of shell; the names are letters from `a` on.
    public static StepOrder set(String attempt, String host, String... lines) {
        var containers = new java.util.ArrayList<Value>();
        for (var line : lines) {
            var name = String.valueOf((char) ('a' + containers.size()));
            containers.add(
                    Value.object(
                            "name", name, "image", "alpine", "command", List.of("sh", "-c"), "args", List.of(line)));
        }
        return of(attempt, host, Value.object("containerSet", Value.object("containers", containers)));
    }

    /// An order of a template.
    public static StepOrder of(String attempt, String host, Value.Mapping template) {
        var plain = shell(attempt, host, "").order();
        return new StepOrder(
                plain.attempt(),
                plain.runUid(),
                plain.host(),
                plain.namespace(),
                plain.runName(),
                plain.nodeId(),
                plain.nodeName(),
                plain.podName(),
                new ResolvedTemplate(template),
                false,
                Optional.empty(),
                Duration.ofSeconds(2));
    }

    /// The order itself.
    public StepOrder order() {
        return new StepOrder(
                attempt,
                "uid-1",
                host,
                "argo-events",
                "run-1",
                "run-1-42",
                "run-1.step",
                "run-1-step-42",
                new ResolvedTemplate(template()),
                resultWanted,
                deadline,
                grace);
    }

    private Value.Mapping template() {
        var container =
                Value.object(
                        "image",
                        image,
                        "command",
                        command,
                        "args",
                        args,
                        "source",
                        script.orElse(null),
                        "workingDir",
                        workingDir.orElse(null),
                        "volumeMounts",
                        mounts.stream().map(Orders::mount).toList());
        var files =
                outputs.stream()
                        .map(one ->
                                Value.object("name", one.parameter(), "valueFrom", Value.object("path", one.path())))
                        .toList();
        return Value.object(
                script.isPresent() ? "script" : "container",
                container,
                "outputs",
                Value.object("parameters", files),
                "volumes",
                mounts.stream().map(Orders::volume).toList());
    }

    private static Value.Mapping mount(Mount mount) {
        return Value.object(
                "name", mount.volume(),
                "mountPath", mount.path(),
                "subPath", mount.part() instanceof StepOrder.Part.At(var path) ? path : null,
                "subPathExpr", mount.part() instanceof StepOrder.Part.Expanded(var expression) ? expression : null,
                "readOnly", mount.readOnly());
    }

    private static Value.Mapping volume(Mount mount) {
        return Value.object("name", mount.volume()).with(kind(mount.source()), source(mount.source()));
    }

    private static String kind(StepOrder.Volume volume) {
        return switch (volume) {
            case StepOrder.Volume.EmptyDir _ -> "emptyDir";
            case StepOrder.Volume.Keys keys -> keys.origin() == StepOrder.Origin.SECRET ? "secret" : "configMap";
            case StepOrder.Volume.Fields _ -> "downwardAPI";
            case StepOrder.Volume.Projected _ -> "projected";
            case StepOrder.Volume.HostPath _ -> "hostPath";
            case StepOrder.Volume.Claim _ -> "persistentVolumeClaim";
        };
    }

    private static Value.Mapping source(StepOrder.Volume volume) {
        return switch (volume) {
            case StepOrder.Volume.EmptyDir(var inMemory, var limit) ->
                    Value.object(
                            "medium",
                            inMemory ? "Memory" : null,
                            "sizeLimit",
                            limit.map(Object::toString).orElse(null));
            case StepOrder.Volume.Keys(var origin, var name, var items, var optional) -> {
                var keys = items.stream().map(item -> Value.object("key", item.key(), "path", item.path())).toList();
                var field = origin == StepOrder.Origin.SECRET ? "secretName" : "name";
                yield Value.object(field, name, "items", keys, "optional", optional);
            }
            case StepOrder.Volume.Fields(var files) ->
                    Value.object("items", files.stream().map(Orders::fieldFile).toList());
            case StepOrder.Volume.Projected(var parts) ->
                    Value.object(
                            "sources", parts.stream().map(part -> Value.object(kind(part), projected(part))).toList());
            case StepOrder.Volume.HostPath(var path, var type) -> Value.object("path", path, "type", type);
            case StepOrder.Volume.Claim(var name) -> Value.object("claimName", name);
        };
    }

    /// In a projected volume a secret has its name under `name`.
    private static Value.Mapping projected(StepOrder.Volume part) {
        var source = source(part);
        return source.textAt("secretName").map(name -> source.with("name", Value.text(name))).orElse(source);
    }

    private static Value.Mapping fieldFile(StepOrder.Volume.FieldFile file) {
        return switch (file.source()) {
            case StepOrder.Source.Field(var path) ->
                    Value.object("path", file.path(), "fieldRef", Value.object("fieldPath", path));
            case StepOrder.Source.Resource(var name, var divisor) ->
                    Value.object(
                            "path",
                            file.path(),
                            "resourceFieldRef",
                            Value.object("resource", name, "divisor", divisor.isEmpty() ? null : divisor));
            case StepOrder.Source.Literal _, StepOrder.Source.ConfigMapKey _, StepOrder.Source.SecretKey _ ->
                    throw new IllegalStateException("no field: " + file);
        };
    }

    public Orders image(String changed) {
        return new Orders(
                attempt,
                host,
                changed,
                command,
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders host(String changed) {
        return new Orders(
                attempt,
                changed,
                image,
                command,
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders calling(String... changed) {
        return new Orders(
                attempt,
                host,
                image,
                List.of(changed),
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders with(String... changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                List.of(changed),
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders script(String changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                Optional.of(changed),
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders workingDir(String changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                script,
                Optional.of(changed),
                mounts,
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders mounts(Mount... changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                script,
                workingDir,
                List.of(changed),
                resultWanted,
                outputs,
                deadline,
                grace);
    }

    public Orders wantingResult() {
        return new Orders(
                attempt, host, image, command, args, script, workingDir, mounts, true, outputs, deadline, grace);
    }

    public Orders output(String parameter, String path) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                java.util.stream.Stream.concat(
                                outputs.stream(), java.util.stream.Stream.of(new OutputFile(parameter, path)))
                        .toList(),
                deadline,
                grace);
    }

    public Orders deadline(Instant changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                Optional.of(changed),
                grace);
    }

    public Orders grace(Duration changed) {
        return new Orders(
                attempt,
                host,
                image,
                command,
                args,
                script,
                workingDir,
                mounts,
                resultWanted,
                outputs,
                deadline,
                changed);
    }
}
