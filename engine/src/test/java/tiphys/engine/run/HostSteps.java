package tiphys.engine.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.workflow.Artifact;

/// Plays steps by running their programs on this machine, each in a directory of its own, with `/tmp/` standing for it, and
/// with a clock that costs nothing: what sleeps says how long it would have slept, and ends at once.
final class HostSteps implements ManualEngine.Script {
    private static final long LIMIT_SECONDS = 20;

    private final Path root;
    private final Path programs;
    private int count;

    HostSteps(Path root) throws IOException {
        this.root = root;
        programs = Files.createDirectories(root.resolve("programs"));
        program("sleep", "#!/bin/sh\nfor a in \"$@\"; do echo \"$a\" >> \"$SLEPT\"; done\n");
        program(
                "argosay",
                "#!/bin/sh\nif [ \"$1\" = echo ]; then shift; if [ $# -ge 2 ]; then mkdir -p \"$(dirname \"$2\")\"; printf '%s\\n' \"$1\" > \"$2\"; else echo \"$@\"; fi; elif [ \"$1\" = exit ]; then exit \"${2:-0}\"; elif [ \"$1\" = sleep ]; then sleep \"$2\"; elif [ \"$1\" = cat ]; then shift; cat \"$@\"; else echo \"hello argo\"; fi\n");
        program("python", "#!/bin/sh\nexec python3 \"$@\"\n");
        program("cowsay", "#!/bin/sh\necho \"$@\"\n");
        Files.writeString(
                programs.resolve("sitecustomize.py"),
                "import os, time\ndef _sleep(s):\n    open(os.environ['SLEPT'], 'a').write('%ss\\n' % s)\ntime.sleep = _sleep\n");
    }

    private void program(String name, String text) throws IOException {
        var file = Files.writeString(programs.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public Optional<Ending> apply(StepOrder order) {
        try {
            return Optional.of(run(order));
        } catch (IOException e) {
            return Optional.of(new Ending.NotStarted(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new Ending.Lost("interrupted"));
        }
    }

    private Ending run(StepOrder order) throws IOException, InterruptedException {
        var own = Files.createDirectories(root.resolve("step-" + count++));
        var slept = own.resolve("slept");
        var paths = paths(order);
        for (var path : paths) {
            if (path.endsWith("/")) {
                Files.createDirectories(Path.of(own + path));
            }
        }
        var command = new ArrayList<String>();
        for (var word : order.template().command()) {
            command.add(within(word, own, order));
        }
        if (command.isEmpty()) {
            command.add(order.template().image().contains("argosay") ? "argosay" : "sh");
        }
        for (var word : order.template().args()) {
            command.add(within(word, own, order));
        }
        if (order.template().script().isPresent()) {
            var script = Files.writeString(own.resolve("script"), within(order.template().script().get(), own, order));
            command.add(script.toString());
        }
        var ours = programs.resolve(Path.of(command.getFirst()).getFileName());
        if (List.of("echo", "cowsay").contains(command.getFirst())) {
            return new Ending.Exited(0, Optional.of(String.join(" ", command.subList(1, command.size()))), Map.of());
        }
        if (Files.exists(ours)) {
            command.set(0, ours.toString());
        }
        var builder = new ProcessBuilder(command).directory(own.toFile());
        var env = builder.environment();
        env.put("PATH", programs + ":" + env.get("PATH"));
        env.put("PYTHONPATH", programs.toString());
        env.put("SLEPT", slept.toString());
        for (var variable : order.template().env()) {
            if (variable.source() instanceof StepOrder.Source.Literal(var text)) {
                env.put(variable.name(), text);
            }
        }
        builder.redirectErrorStream(false).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        for (var input : order.template().inputArtifacts()) {
            var raw = input.json().textAt("raw", "data");
            var to = own.resolve(within(input.path().orElse(""), own, order));
            Files.createDirectories(to.getParent());
            if (raw.isPresent()) {
                Files.writeString(to, raw.get());
            } else {
                copy(kept(input), to);
            }
        }
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ending.Signalled(9);
        }
        if (order.deadline().isPresent() && ManualEngine.NOON.plus(slept(slept)).isAfter(order.deadline().get())) {
            return new Ending.DeadlineExceeded();
        }
        for (var one : order.template().outputArtifacts()) {
            copy(own.resolve(within(one.path().orElse(""), own, order)), kept(one));
        }
        return new Ending.Exited(
                process.exitValue(),
                order.resultWanted() ? Optional.of(chomp(output)) : Optional.empty(),
                outputs(order, own));
    }

    /// Paths of volumes and of `/tmp` are directories of ours here.
    private String within(String text, Path own, StepOrder order) throws IOException {
        var changed = text.replace("/tmp/", own + "/");
        for (var path : paths(order)) {
            changed = changed.replace(path, own + path);
        }
        for (var mount : order.template().mounts()) {
            var name =
                    mount.source() instanceof StepOrder.Volume.Claim(var claim)
                            ? claim
                            : own.getFileName() + mount.volume();
            var volume = Files.createDirectories(root.resolve("volume-" + name));
            changed = changed.replace(mount.path(), volume.toString());
        }
        return changed;
    }

    private Path kept(Artifact artifact) {
        return root.resolve("kept").resolve(artifact.key().orElse(""));
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Files.createDirectories(to.getParent());
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start().waitFor();
    }

    /// The absolute paths of a step's artifacts outside of `/tmp`: their top directories, or themselves if they are in none.
    private static List<String> paths(StepOrder order) {
        return Stream.concat(order.template().inputArtifacts().stream(), order.template().outputArtifacts().stream())
                .flatMap(one -> one.path().stream())
                .filter(path -> path.startsWith("/") && !path.startsWith("/tmp/"))
                .map(path -> path.indexOf('/', 1) < 0 ? path : path.substring(0, path.indexOf('/', 1) + 1))
                .distinct()
                .toList();
    }

    private static Duration slept(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Duration.ZERO;
        }
        var sum = Duration.ZERO;
        for (var line : Files.readAllLines(file)) {
            sum = sum.plus(GoDuration.parseOrSeconds(line.replace("1d", "24h")).orElse(Duration.ZERO));
        }
        return sum;
    }

    private Map<String, String> outputs(StepOrder order, Path own) throws IOException {
        var values = new HashMap<String, String>();
        for (var file : order.template().outputs()) {
            var path = own.resolve(within(file.path(), own, order));
            if (Files.isRegularFile(path)) {
                try {
                    values.put(file.parameter(), chomp(Files.readString(path)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return values;
    }

    private static String chomp(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
