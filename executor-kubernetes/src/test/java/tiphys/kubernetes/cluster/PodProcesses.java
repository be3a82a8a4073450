package tiphys.kubernetes.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The containers of one pod, as processes.
final class PodProcesses {
    private static final int START_ERROR = 128;
    private static final int TRIES = 300;

    private final ApiClient client;
    private final Path directory;
    private final Value.Mapping pod;
    private final String namespace;
    private final String name;
    private final Map<String, Path> volumes = new LinkedHashMap<>();
    private final Map<String, Value> states = new LinkedHashMap<>();
    private final List<Process> processes = new ArrayList<>();
    private final List<Process> beside = new ArrayList<>();
    private final Instant started = now();
    private boolean ending;
    private boolean deadline;
    private boolean deleted;
    private long deadlineSeconds = Long.MAX_VALUE;

    PodProcesses(ApiClient client, Path directory, Value.Mapping pod) {
        this.client = client;
        this.directory = directory;
        this.pod = pod;
        namespace = pod.textAt("metadata", "namespace").orElse("");
        name = pod.textAt("metadata", "name").orElse("");
    }

    boolean is(String inNamespace, String called) {
        return namespace.equals(inNamespace) && name.equals(called);
    }

    Path log(String container) {
        return directory.resolve(container + ".log");
    }

    void run() {
        try {
            Files.createDirectories(directory);
            makeVolumes();
            report("Pending", Map.of());
            for (var container : pod.mapAt("spec").listAt("initContainers")) {
                if (StubAgent.runs(container, "init")) {
                    agent().prepare();
                }
                if (await(container, start(container)) != 0) {
                    over();
                    return;
                }
            }
            var mains = new ArrayList<CompletableFuture<Void>>();
            var beside = new ArrayList<CompletableFuture<Void>>();
            for (var container : pod.mapAt("spec").listAt("containers")) {
                var process = start(container);
                var end = CompletableFuture.runAsync(() -> await(container, process), Thread::startVirtualThread);
                (main(container) ? mains : beside).add(end);
            }
            report("Running", Map.of());
            CompletableFuture.allOf(mains.toArray(CompletableFuture[]::new)).join();
            if (!beside.isEmpty()) {
                agent().save();
                endBeside();
            }
            CompletableFuture.allOf(beside.toArray(CompletableFuture[]::new)).join();
            over();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StubAgent agent() {
        return new StubAgent(client, directory, pod, volumes, this::log);
    }

    /// Whether a pod is over when this container is; the others are Argo's and the template's sidecars.
    private boolean main(Value container) {
        var called = container.textAt("name").orElse("");
        return !StubAgent.in(pod) || agent().mains().contains(called);
    }

    private synchronized void endBeside() {
        for (var one : beside) {
            one.destroy();
        }
    }

    private void over() {
        boolean well = true;
        for (var container : pod.mapAt("spec").listAt("containers")) {
            var state = states.getOrDefault(container.textAt("name").orElse(""), Value.Mapping.EMPTY);
            well &= state.find("terminated", "exitCode").filter(code -> code.equals(Value.number(0))).isPresent();
        }
        var more =
                deadline()
                        ? Map.of(
                                "reason",
                                "DeadlineExceeded",
                                "message",
                                "Pod was active on the node longer than the specified deadline")
                        : Map.<String, String>of();
        report(well && more.isEmpty() ? "Succeeded" : "Failed", more);
        synchronized (this) {
            ending = true;
        }
        finishDeletion();
    }

    private synchronized boolean deadline() {
        return deadline;
    }

    private void finishDeletion() {
        boolean wanted;
        synchronized (this) {
            wanted = deleted;
        }
        if (wanted) {
            again(() -> client.delete("/api/v1/namespaces/" + namespace + "/pods/" + name + "?gracePeriodSeconds=0"));
        }
    }

    /// The pod's object changed: a deadline that is over, or a deletion, ends it.
    void changed(Value.Mapping object) {
        var seconds = object.find("spec", "activeDeadlineSeconds").map(Json::text).map(Long::parseLong);
        boolean gone = object.find("metadata", "deletionTimestamp").isPresent();
        synchronized (this) {
            if (gone && !deleted) {
                deleted = true;
                if (ending) {
                    Thread.startVirtualThread(this::finishDeletion);
                }
                end(object);
            }
            if (seconds.isPresent() && seconds.get() < deadlineSeconds) {
                deadlineSeconds = seconds.get();
                var rest = Duration.between(Instant.now(), started.plusSeconds(seconds.get())).toMillis();
                CompletableFuture.delayedExecutor(Math.max(0, rest), TimeUnit.MILLISECONDS)
                        .execute(() -> {
                            synchronized (this) {
                                deadline |= !ending;
                                end(object);
                            }
                        });
            }
        }
    }

    private synchronized void end(Value.Mapping object) {
        if (ending) {
            return;
        }
        var grace =
                object.find("spec", "terminationGracePeriodSeconds").map(Json::text).map(Long::parseLong).orElse(30L);
        ending = true;
        for (var process : processes) {
            process.destroy();
            CompletableFuture.delayedExecutor(grace, TimeUnit.SECONDS).execute(process::destroyForcibly);
        }
    }

    synchronized void kill() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    // ------------------------------------------------------------------ containers

    private synchronized Process start(Value container) throws IOException {
        var called = container.textAt("name").orElse("");
        var line = new ArrayList<String>();
        for (var field : List.of("command", "args")) {
            container.listAt(field).forEach(one -> line.add(placed(Json.text(one), container)));
        }
        StubAgent.unwrap(line);
        var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log(called).toFile());
        builder.directory(Files.createDirectories(directory.resolve("root-" + called)).toFile());
        for (var one : container.listAt("env")) {
            one.textAt("value").ifPresent(value -> builder.environment().put(one.textAt("name").orElse(""), value));
        }
        try {
            var process = builder.start();
            process.getOutputStream().close();
            processes.add(process);
            if (!main(container)) {
                beside.add(process);
            }
            if (ending) {
                process.destroy();
            }
            states.put(called, Value.object("running", Value.object("startedAt", now().toString())));
            return process;
        } catch (IOException e) {
            states.put(called, terminated(START_ERROR, "StartError", String.valueOf(e.getMessage())));
            return new ProcessBuilder("false").start();
        }
    }

    private int await(Value container, Process process) {
        var called = container.textAt("name").orElse("");
        try {
            int code = process.waitFor();
            synchronized (this) {
                if (states.get(called).find("terminated").isEmpty()) {
                    boolean agent = called.equals("wait") && code == 143 && !ending;
                    states.put(
                            called,
                            agent
                                    ? terminated(0, "Completed", "")
                                    : terminated(code, code == 0 ? "Completed" : "Error", ""));
                }
                return code;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Value terminated(int code, String reason, String message) {
        return Value.object(
                "terminated",
                Value.object(
                        "exitCode",
                        code,
                        "reason",
                        reason,
                        "message",
                        message.isEmpty() ? null : message,
                        "startedAt",
                        started.toString(),
                        "finishedAt",
                        now().toString()));
    }

    /// A text in which paths of mounts are the directories that are mounted there.
    private String placed(String text, Value container) {
        var placed = text;
        for (var mount : container.listAt("volumeMounts")) {
            var volume = volumes.get(mount.textAt("name").orElse(""));
            if (volume != null) {
                var part = mount.textAt("subPath").map(sub -> volume.resolve(sub)).orElse(volume);
                placed = placed.replace(mount.textAt("mountPath").orElse("\0"), part.toString());
            }
        }
        return placed;
    }

    private void makeVolumes() throws IOException {
        for (var volume : pod.mapAt("spec").listAt("volumes")) {
            var place = Files.createDirectories(directory.resolve("volumes").resolve(volume.textAt("name").orElse("")));
            for (var item : volume.mapAt("downwardAPI").listAt("items")) {
                var field = item.textAt("fieldRef", "fieldPath").orElse("");
                var key = field.replaceAll("^metadata\\.annotations\\['(.*)'\\]$", "$1");
                var file = place.resolve(item.textAt("path").orElse(""));
                Files.writeString(file, pod.textAt("metadata", "annotations", key).orElse(""));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            volumes.put(volume.textAt("name").orElse(""), place);
        }
    }

    // ------------------------------------------------------------------ status

    private void report(String phase, Map<String, String> more) {
        Value.Mapping status;
        synchronized (this) {
            var fields = new LinkedHashMap<String, Object>(more);
            fields.put("phase", phase);
            fields.put("startTime", started.toString());
            fields.put("podIP", "127.0.0.1");
            fields.put("initContainerStatuses", statuses("initContainers"));
            fields.put("containerStatuses", statuses("containers"));
            status = Value.object("status", Value.of(fields));
        }
        var answer = again(() -> client.patch("/api/v1/namespaces/" + namespace + "/pods/" + name + "/status", status));
        if (!answer.done() && answer.code() != 404) {
            throw new IllegalStateException(answer.message());
        }
    }

    private interface Call {
        Answer now() throws IOException;
    }

    /// Asks until the API server answers, which may be away for a while.
    private static Answer again(Call call) {
        for (int i = 0; ; i++) {
            try {
                var answer = call.now();
                if (answer.code() < 500 || i == TRIES) {
                    return answer;
                }
            } catch (IOException e) {
                if (i == TRIES) {
                    throw new UncheckedIOException(e);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private List<Value> statuses(String list) {
        var all = new ArrayList<Value>();
        for (var container : pod.mapAt("spec").listAt(list)) {
            var called = container.textAt("name").orElse("");
            var state = states.getOrDefault(called, Value.object("waiting", Value.object("reason", "PodInitializing")));
            all.add(
                    Value.object(
                            "name",
                            called,
                            "image",
                            container.textAt("image").orElse(""),
                            "imageID",
                            "",
                            "restartCount",
                            0,
                            "ready",
                            state.find("running").isPresent(),
                            "state",
                            state));
        }
        return all;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
