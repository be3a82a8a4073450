package tiphys.cli.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

/// The server's feed of changes as a stream that heals itself: a broken connection is opened again after the last change
/// that came, with growing pauses, within a budget. Changes are hints what to read again, so a reader that is slower than
/// the server loses none that matter: it is told to read everything.
public final class Feed implements AutoCloseable {
    /// How long the feed may be broken before it is given up.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int CAPACITY = 1024;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /// What a reader of the feed hears.
    public sealed interface Item {}

    /// The feed is open (again): what was read before may be old.
    public record Opened() implements Item {}

    /// Something changed.
    public record Change(
            long sequence, String stream, String type, String namespace, String name, String uid, String eventId)
            implements Item {
        static Change of(Fields fields) {
            return new Change(
                    fields.number("sequence"),
                    fields.text("stream"),
                    fields.text("type"),
                    fields.text("namespace"),
                    fields.text("name"),
                    fields.text("uid"),
                    fields.text("eventId"));
        }
    }

    /// The feed is given up; nothing comes after this.
    public record Lost(CliError error) implements Item {}

    private final Api api;
    private final Duration patience;
    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread reader;
    private volatile boolean closed;
    private volatile long sequence = -1;

    /// Opens the feed from now on.
    public Feed(Api api) {
        this(api, PATIENCE);
    }

    Feed(Api api, Duration patience) {
        this.api = api;
        this.patience = patience;
        this.reader = Thread.ofVirtual().name("feed").start(this::read);
    }

    /// The next item, or nothing if none came in time.
    public Optional<Item> next(Duration limit) throws InterruptedException {
        return Optional.ofNullable(items.poll(limit.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
    }

    private void read() {
        long lastSign = System.nanoTime();
        var pause = FIRST_PAUSE;
        while (!closed) {
            try (var reply = api.open(path(), "text/event-stream", Api.FEED_SILENCE)) {
                put(new Opened());
                pause = FIRST_PAUSE;
                follow(new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8)));
                lastSign = System.nanoTime();
            } catch (CliError e) {
                if (e.exit() == ExitCode.NOT_FOUND && sequence >= 0) {
                    sequence = -1; // that far back the server does not remember: from now on then
                } else if (e.exit() != ExitCode.UNREACHABLE) {
                    put(new Lost(e));
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() - lastSign > patience.toNanos()) {
                    put(new Lost(api.unreachable(e)));
                    return;
                }
            }
            if (!pause(pause)) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private String path() {
        return Paths.ROOT + "/feed" + (sequence >= 0 ? "?after=" + sequence : "");
    }

    private boolean pause(Duration pause) {
        try {
            Thread.sleep(pause);
            return !closed;
        } catch (InterruptedException e) {
            return false; // closed
        }
    }

    private void follow(BufferedReader lines) throws IOException {
        var data = new StringBuilder();
        for (var line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.startsWith("id:") && line.substring(3).strip().matches("[0-9]{1,18}")) {
                sequence = Long.parseLong(line.substring(3).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                change(data.toString());
                data.setLength(0);
            }
        }
    }

    private void change(String json) throws IOException {
        try {
            put(Change.of(Fields.of(Json.parse(json))));
        } catch (InvalidInput e) {
            throw new IOException("the feed sent what is not JSON: " + e.getMessage(), e);
        }
    }

    private void put(Item item) {
        if (!items.offer(item)) {
            items.clear();
            items.add(new Opened());
            if (item instanceof Lost) {
                items.add(item);
            }
        }
    }
}
