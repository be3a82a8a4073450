package tiphys.process.runner;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tiphys.process.spawn.OwnNamespace;
import tiphys.process.spawn.Spawner;

/// Starts the runner's JVM: small, in a session of its own, with nothing of the server's environment but the paths.
public final class RunnerProcess {
    private RunnerProcess() {}

    /// Starts a runner. If another one still serves the directory, the new one waits for its end.
    public static void start(Path data, RunnerSettings settings) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var enclosing = OwnNamespace.command();
        var argv = new ArrayList<String>(enclosing);
        argv.add(java.toString());
        argv.addAll(OwnNamespace.told(enclosing));
        argv.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xms8m",
                        "-Xmn4m",
                        "-Xmx256m", // a result of 16 MiB must fit; what is not used is not taken
                        "-Xss512k",
                        "-cp",
                        absolute(System.getProperty("java.class.path")),
                        RunnerMain.class.getName(),
                        data.toString(),
                        Integer.toString(settings.slots()),
                        Long.toString(settings.logLimitBytes()),
                        Long.toString(settings.freeSpaceBytes())));
        var env = new LinkedHashMap<String, String>();
        for (var name : List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> env.put(name, value));
        }
        env.put("MALLOC_ARENA_MAX", "2");
        var command =
                new Spawner.Command(
                        Path.of(argv.getFirst()),
                        argv,
                        env,
                        data,
                        data.resolve("runner.log"),
                        Optional.empty(),
                        Spawner.Belonging.OWN_SESSION,
                        Optional.empty());
        try {
            var child = Spawner.ofThisSystem().spawn(command);
            Thread.ofPlatform().name("runner-reaper").daemon().start(() -> reap(child));
        } catch (Spawner.CannotSpawn e) {
            throw new IOException("the runner cannot be started: " + e.getMessage(), e);
        }
    }

    private static void reap(Spawner.Child child) {
        try {
            child.await();
            child.reap();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String absolute(String classPath) {
        return List.of(classPath.split(File.pathSeparator, -1)).stream()
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(java.util.stream.Collectors.joining(File.pathSeparator));
    }
}
