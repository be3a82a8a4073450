package tiphys.cli.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/// Reads the output of one attempt, by whole lines. A follower that loses the connection goes on at the byte where it was.
public final class LogReader {
    /// How long a step may say nothing before the connection is opened anew.
    private static final Duration FOLLOW_SILENCE = Duration.ofSeconds(60);

    private static final int TRIES = 8;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /// A line longer than this is printed in pieces.
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final Api api;
    private final String path;
    private final LogStep step;
    private final BiConsumer<LogStep, String> printer;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long offset;

    public LogReader(Api api, RunView run, LogStep step, BiConsumer<LogStep, String> printer) {
        this.api = api;
        this.path = Paths.log(run, step);
        this.step = step;
        this.printer = printer;
    }

    /// Prints what there is now.
    public void readAll(Optional<Integer> tail) {
        try (var reply = api.open(path + tail.map(lines -> "&tail=" + lines).orElse(""), "text/plain", Api.SILENCE)) {
            print(reply.body());
            end();
        } catch (IOException e) {
            throw api.unreachable(e);
        }
    }

    /// Prints what there is and what comes, until the attempt has ended.
    public void follow(Optional<Integer> tail) throws InterruptedException {
        var first = tail.map(lines -> "&tail=" + lines).orElse("");
        int tries = 0;
        while (true) {
            var from = offset > 0 ? "&offset=" + offset : first;
            long before = offset;
            try (var reply = api.open(path + "&follow=true" + from, "text/plain", FOLLOW_SILENCE)) {
                if (before == 0) {
                    offset =
                            reply.header("x-tiphys-offset")
                                    .filter(text -> text.matches("[0-9]{1,18}"))
                                    .map(Long::parseLong)
                                    .orElse(0L);
                }
                print(reply.body());
                end();
                return;
            } catch (SocketTimeoutException e) {
                tries = 0; // a silent step is no trouble
            } catch (IOException e) {
                tries = offset > before ? 1 : tries + 1;
                if (tries == TRIES) {
                    throw api.unreachable(e);
                }
                LockSupport.parkNanos(PAUSE.multipliedBy(tries).toNanos());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void print(InputStream in) throws IOException {
        var buffer = new byte[16 << 10];
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            offset += got;
            for (int i = 0; i < got; i++) {
                if (buffer[i] == '\n') {
                    flush();
                } else {
                    line.write(buffer[i]);
                    if (line.size() == MAX_LINE_BYTES) {
                        flush();
                    }
                }
            }
        }
    }

    private void flush() {
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        printer.accept(step, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    private void end() {
        if (line.size() > 0) {
            flush();
        }
    }
}
