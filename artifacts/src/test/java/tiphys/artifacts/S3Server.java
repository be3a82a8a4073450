package tiphys.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tiphys.testkit.Eventually;

/// S3Proxy, which speaks as S3 does and refuses wrong signatures, in a process of its own on a free port of the loopback. What is in
/// its buckets are files.
final class S3Server implements AutoCloseable {
    static final String ACCESS = "who";
    static final String SECRET = "the-word";

    private static final Duration READY = Duration.ofSeconds(60);
    private static final Pattern LISTENS = Pattern.compile("Started .*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final Path buckets;
    private final Process process;
    private final int port;

    private S3Server(Path buckets, Process process, int port) {
        this.buckets = buckets;
        this.process = process;
        this.port = port;
    }

    /// Where `./check` put it, if it could.
    static Optional<Path> installed() {
        return Installed.find("s3proxy-4.1.0");
    }

    static S3Server start(Path installed, Path scratch) throws IOException {
        return start(installed, scratch, "");
    }

    /// @param more lines of its settings
    static S3Server start(Path installed, Path scratch, String more) throws IOException {
        var buckets = Files.createDirectory(scratch.resolve("buckets"));
        var settings =
                Files.writeString(
                        scratch.resolve("s3proxy.conf"),
                        """
                        s3proxy.endpoint=http://127.0.0.1:0
                        s3proxy.authorization=aws-v2-or-v4
                        s3proxy.identity=%s
                        s3proxy.credential=%s
                        jclouds.provider=filesystem-nio2
                        jclouds.filesystem.basedir=%s
                        jclouds.identity=unused
                        jclouds.credential=unused
                        %s
                        """
                                .formatted(ACCESS, SECRET, buckets, more));
        var quiet =
                Files.writeString(
                        scratch.resolve("logback.xml"),
                        """
                        <configuration><appender name="OUT" class="ch.qos.logback.core.ConsoleAppender"><encoder>
                        <pattern>%level %msg%n</pattern></encoder></appender>
                        <root level="info"><appender-ref ref="OUT"/></root></configuration>
                        """);
        var log = scratch.resolve("s3proxy.log");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx192m",
                                "-Dlogback.configurationFile=" + quiet,
                                "-cp",
                                installed + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Eventually.within(
                    READY, "the S3 server listens, see " + log, () -> port(log).isPresent() || !process.isAlive());
            return new S3Server(
                    buckets,
                    process,
                    port(log).orElseThrow(() -> new IOException("the S3 server ended: " + text(log))));
        } catch (IOException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Optional<Integer> port(Path log) {
        return LISTENS.matcher(text(log)).results().findFirst().map(found -> Integer.valueOf(found.group(1)));
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    void make(String bucket) throws IOException {
        Files.createDirectory(buckets.resolve(bucket));
    }

    /// What is in a bucket, seen without asking the server.
    List<String> keys(String bucket) throws IOException {
        var top = buckets.resolve(bucket);
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(Files::isRegularFile).map(file -> top.relativize(file).toString()).sorted().toList();
        }
    }

    Path file(String bucket, String key) {
        return buckets.resolve(bucket).resolve(key);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
