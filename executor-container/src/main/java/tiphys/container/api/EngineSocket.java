package tiphys.container.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// HTTP/1.1 over a Unix socket, a connection for each request: the JDK's own client speaks TCP alone. A request that takes longer
/// than its patience is broken off by closing its connection. Safe for every thread.
final class EngineSocket {
    private static final int LONGEST_LINE = 64 << 10;
    private static final int MOST_HEADERS = 200;

    /// Breaks off what takes too long; for all sockets of this process.
    private static final ScheduledThreadPoolExecutor WATCH = watch();

    private final Path socket;

    EngineSocket(Path socket) {
        this.socket = socket;
    }

    private static ScheduledThreadPoolExecutor watch() {
        var watch =
                (ScheduledThreadPoolExecutor)
                        Executors.newScheduledThreadPool(
                                1, Thread.ofPlatform().name("engine-patience").daemon().factory());
        watch.setRemoveOnCancelPolicy(true);
        return watch;
    }

    /// What is sent with a request.
    sealed interface Body {
        record None() implements Body {}

        record Bytes(String type, byte[] content) implements Body {}

        /// Content that is made while it is sent.
        record Written(String type, Writer writer) implements Body {}
    }

    @FunctionalInterface
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /// The answer to a request; to be closed, which breaks it off.
    record Answer(int status, Map<String, String> headers, InputStream body, SocketChannel channel, Future<?> watch)
            implements AutoCloseable {
        /// The body as text; of an endless one the beginning.
        String text(int most) throws IOException {
            return new String(body.readNBytes(most), UTF_8);
        }

        @Override
        public void close() {
            watch.cancel(false);
            EngineSocket.close(channel);
        }
    }

    /// Asks, and waits for the beginning of the answer.
    ///
    /// @param patience how long it may take until the answer is read to its end; zero for no limit
    /// @throws EngineFailed if the engine is not there or goes away
    Answer ask(String method, String target, Map<String, String> headers, Body body, Duration patience)
            throws EngineFailed {
        var channel = connect();
        var watch = watch(channel, patience);
        try {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), 16 << 10);
            try {
                send(method, target, headers, body, out);
            } catch (IOException e) {
                // an engine that refuses answers before it has read all; if it did not, reading says so
            }
            return answer(method, channel, watch);
        } catch (IOException e) {
            watch.cancel(false);
            close(channel);
            throw new EngineFailed(
                    "the container engine at %s went away during %s %s: %s".formatted(socket, method, target, e), e);
        }
    }

    private SocketChannel connect() throws EngineFailed {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new EngineFailed(
                    "the container engine at %s does not answer: %s".formatted(socket, e.getMessage()), e);
        }
    }

    private static Future<?> watch(SocketChannel channel, Duration patience) {
        return patience.isZero()
                ? java.util.concurrent.CompletableFuture.completedFuture(null)
                : WATCH.schedule(() -> close(channel), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // it is of no use any more
        }
    }

    private static void send(String method, String target, Map<String, String> headers, Body body, OutputStream out)
            throws IOException {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        switch (body) {
            case Body.None _ -> out.write((head + "Content-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
            case Body.Bytes(var type, var content) -> {
                head.append("Content-Type: " + type + "\r\nContent-Length: " + content.length + "\r\n\r\n");
                out.write(head.toString().getBytes(ISO_8859_1));
                out.write(content);
            }
            case Body.Written(var type, var writer) -> {
                head.append("Content-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
                out.write(head.toString().getBytes(ISO_8859_1));
                var chunks = new BufferedOutputStream(new Chunks(out), 64 << 10);
                writer.write(chunks);
                chunks.flush();
                out.write("0\r\n\r\n".getBytes(ISO_8859_1));
            }
        }
        out.flush();
    }

    private static Answer answer(String method, SocketChannel channel, Future<?> watch) throws IOException {
        var in = new BufferedInputStream(Channels.newInputStream(channel), 16 << 10);
        var words = line(in).split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("what answers speaks no HTTP");
        }
        int status = Integer.parseInt(words[1]);
        var headers = new LinkedHashMap<String, String>();
        for (var next = line(in); !next.isEmpty(); next = line(in)) {
            int colon = next.indexOf(':');
            if (colon < 0 || headers.size() >= MOST_HEADERS) {
                throw new IOException("an answer with a head that cannot be read");
            }
            headers.put(next.substring(0, colon).toLowerCase(Locale.ROOT), next.substring(colon + 1).strip());
        }
        if (status / 100 == 1) {
            return answer(method, channel, watch);
        }
        return new Answer(status, headers, body(method, status, headers, in), channel, watch);
    }

    private static InputStream body(String method, int status, Map<String, String> headers, InputStream in) {
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return new ChunkedBody(in);
        }
        var length = headers.get("content-length");
        return length == null ? in : new SizedBody(in, Long.parseLong(length));
    }

    static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new java.io.EOFException("the connection ended");
            }
            if (next == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            if (line.length() >= LONGEST_LINE) {
                throw new IOException("a line of the answer is too long");
            }
            line.append((char) next);
        }
    }

    /// Writes each piece as a chunk.
    private static final class Chunks extends OutputStream {
        private final OutputStream out;

        Chunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (length > 0) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
                out.write(bytes, from, length);
                out.write("\r\n".getBytes(ISO_8859_1));
            }
        }
    }
}
