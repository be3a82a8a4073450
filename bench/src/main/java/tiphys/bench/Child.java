package tiphys.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A process that is measured.
final class Child implements AutoCloseable {
    private final Process process;
    private final Path output;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// A floor server with the flags of the product's server; ready when it returns.
    static Child floor(Path directory, String... arguments) throws IOException {
        var child = start(directory, floorCommand(List.of(), arguments));
        child.awaitPort(Integer.parseInt(arguments[0]));
        return child;
    }

    /// The command line of a floor server.
    ///
    /// @param flags more flags of the JVM
    static List<String> floorCommand(List<String> flags, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xss512k",
                                "-Xms24m",
                                "-Xmx512m",
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FloorServer.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Child start(Path directory, List<String> command) throws IOException {
        return start(directory, command, Map.of());
    }

    /// @param env what differs from this process' environment
    static Child start(Path directory, List<String> command, Map<String, String> env) throws IOException {
        var output = directory.resolve("out-" + System.nanoTime() + ".txt");
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(env);
        return new Child(builder.start(), output);
    }

    long pid() {
        return process.pid();
    }

    /// Waits until something listens on a loopback port.
    void awaitPort(int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("nothing listens on " + port + ": " + Files.readString(output), e);
                }
                LockSupport.parkNanos(500_000);
            }
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Resident memory in MiB of a process.
    static double residentMib(long pid) throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("no process " + pid);
    }

    /// The processor time of a process since its start, in seconds; without its children's.
    static double cpuSeconds(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0; // in ticks of 10 ms on every Linux
    }

    /// What it printed.
    String printed() throws IOException {
        return Files.readString(output);
    }

    /// The exit code.
    int await(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(process.info().commandLine() + " did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Asks it to end.
    void terminate() {
        process.destroy();
    }

    boolean alive() {
        return process.isAlive();
    }

    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the process ended with " + process.exitValue() + ": " + printed());
        }
    }

    /// `kill -9`; returns when it is gone.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
