package tiphys.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A network of the test's own with nothing but loopback, so that the guide's fixed port 12000 is always free. Needs root
/// and iproute2; a test without them is counted as not run.
final class NetworkNamespace implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final String name = "tiphys-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1_000_000;

    NetworkNamespace() {
        assumeTrue(possible() && ip("netns", "add", name).code() == 0, "network namespaces need root and iproute2");
        Program.run(LIMIT, command(List.of("ip", "link", "set", "lo", "up")), Map.of());
    }

    /// Whether this machine lets a test have one.
    static boolean possible() {
        return System.getProperty("user.name").equals("root")
                && Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "ip")));
    }

    /// The command that runs another one inside.
    List<String> command(List<String> inner) {
        var command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(inner);
        return command;
    }

    private static Program.Ended ip(String... arguments) {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Program.run(LIMIT, command, Map.of());
    }

    @Override
    public void close() {
        ip("netns", "delete", name);
    }
}
