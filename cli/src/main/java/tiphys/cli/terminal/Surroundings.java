package tiphys.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// What a command finds around it: the environment, the streams, the time. Everything that a test wants to choose.
///
/// @param terminals which of the streams are terminals
/// @param zone in which instants are shown; asked only where one is, because zones are slow to load
/// @param columns the width of the terminal, asked anew for each drawing
public record Surroundings(
        Map<String, String> environment,
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Terminals terminals,
        IntSupplier columns,
        InstantSource clock,
        Supplier<ZoneId> zone) {

    /// Which streams lead to a person.
    public record Terminals(boolean in, boolean out, boolean err) {}

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /// Those of this process. Text goes out as UTF-8, whatever the locale says, and is flushed by the line.
    public static Surroundings ofProcess() {
        var terminals = new Terminals(isTerminal(0), isTerminal(1), isTerminal(2));
        return new Surroundings(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                terminals,
                new TerminalWidth(System.getenv()),
                InstantSource.system(),
                ZoneId::systemDefault);
    }

    /// A variable of the environment; an empty one counts as absent.
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        var link = Path.of("/proc/self/fd/" + descriptor);
        if (!Files.isSymbolicLink(link)) {
            return asksShell(descriptor);
        }
        try {
            var target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /// Where no /proc tells, a child that has our streams does.
    private static boolean asksShell(int descriptor) {
        try {
            var test = new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO().start();
            return test.waitFor(2, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
