package tiphys.connectors.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.file.Listing.Happening;
import tiphys.connectors.watch.Operation;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// One directory that is watched, on a virtual thread. The system says which names something happened to; what it was, the files
/// themselves say: a file that is new, has another name, another content, or only other attributes. If the system lost count, or
/// watching is not wanted, listings are compared.
final class FileSource implements Source {
    private static final Logger LOG = System.getLogger(FileSource.class.getName());
    private static final int WAITING = 1_000;
    private static final Duration POLL = Duration.ofMillis(100);

    /// A file that was moved gets its new name at once; so long its new name is waited for before the old one counts as removed.
    private static final Duration TOGETHER = Duration.ofMillis(20);

    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofSeconds(5);

    private final Assignment assignment;
    private final FileSettings settings;
    private final Surroundings around;
    private final OrderedIntake intake;
    private final Thread thread;
    private volatile boolean watching;
    private volatile boolean closed;

    FileSource(Assignment assignment, Surroundings around) {
        this.assignment = assignment;
        this.settings = (FileSettings) assignment.settings();
        this.around = around;
        this.intake = new OrderedIntake(around, WAITING, () -> {});
        this.thread = Thread.ofVirtual().name("source-" + assignment.name()).unstarted(this::run);
    }

    FileSource start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    if (settings.polling()) {
                        poll();
                    } else {
                        watch();
                    }
                } catch (IOException | ClosedWatchServiceException e) {
                    trouble("the directory " + settings.directory() + " cannot be watched: " + e);
                    TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, assignment.name() + " cannot go on", e);
            intake.is(new SourceState.Stopped(around.clock().instant(), "it cannot go on: " + e));
        }
    }

    /// Whether what happens now is told. For tests.
    boolean isWatching() {
        return watching;
    }

    private void trouble(String why) {
        watching = false;
        var now = around.clock().instant();
        if (!intake.state().problem().equals(Optional.of(why))) {
            LOG.log(Level.WARNING, "{0}: {1}", assignment.name(), why);
            intake.is(new SourceState.BackingOff(now, why, now.plus(AGAIN)));
        }
    }

    private void works() {
        watching = true;
        if (!(intake.state() instanceof SourceState.Running)) {
            intake.is(new SourceState.Running(around.clock().instant()));
        }
    }

    private void poll() throws IOException, InterruptedException {
        var known = Listing.of(settings.directory());
        works();
        while (!closed) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            var now = Listing.of(settings.directory());
            tell(now.since(known));
            known = now;
        }
    }

    private void watch() throws IOException, InterruptedException {
        var directory = settings.directory();
        try (var service = directory.getFileSystem().newWatchService()) {
            directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            var known = Listing.of(directory);
            works();
            while (!closed) {
                known = next(service, directory, known);
            }
        }
    }

    /// Waits for something to happen, and tells it.
    private Listing next(WatchService service, Path directory, Listing known) throws IOException, InterruptedException {
        var key = service.poll(1, TimeUnit.SECONDS);
        if (key == null) {
            if (!Files.isDirectory(directory)) {
                throw new IOException("it is not there");
            }
            return known;
        }
        TimeUnit.MILLISECONDS.sleep(TOGETHER.toMillis());
        var events = key.pollEvents();
        if (!key.reset()) {
            throw new IOException("it is not there any more");
        }
        if (events.stream().anyMatch(event -> event.kind().equals(StandardWatchEventKinds.OVERFLOW))) {
            var now = Listing.of(directory);
            tell(now.since(known));
            return now;
        }
        var entries = new TreeMap<>(known.entries());
        var happenings = new ArrayList<Happening>();
        for (var event : events) {
            happening(directory, event, entries).ifPresent(happenings::add);
        }
        tell(renamed(happenings, known, entries));
        return new Listing(entries);
    }

    /// What one word of the system means.
    ///
    /// @param entries the files as far as they are known, which are brought up to date
    private static Optional<Happening> happening(
            Path directory, WatchEvent<?> event, Map<String, Listing.Entry> entries) throws IOException {
        var name = String.valueOf(event.context());
        var before = Optional.ofNullable(entries.get(name));
        var now = Listing.entry(directory.resolve(name));
        if (event.kind().equals(StandardWatchEventKinds.ENTRY_DELETE)) {
            entries.remove(name);
            now.ifPresent(entry -> entries.put(name, entry));
            return Optional.of(new Happening(Operation.REMOVE, name));
        }
        now.ifPresent(entry -> entries.put(name, entry));
        if (event.kind().equals(StandardWatchEventKinds.ENTRY_CREATE)) {
            return Optional.of(new Happening(Operation.CREATE, name));
        }
        boolean attributes = before.isPresent() && now.isPresent() && now.get().hasSameContent(before.get());
        return Optional.of(new Happening(attributes ? Operation.CHMOD : Operation.WRITE, name));
    }

    /// A file that went, and came under another name, was renamed.
    private static List<Happening> renamed(
            List<Happening> happenings, Listing known, Map<String, Listing.Entry> entries) {
        var told = new ArrayList<Happening>();
        for (var happening : happenings) {
            var before = Optional.ofNullable(known.entries().get(happening.name()));
            boolean renamed =
                    happening.operation() == Operation.REMOVE
                            && before.isPresent()
                            && happenings.stream()
                                    .filter(other -> other.operation() == Operation.CREATE)
                                    .flatMap(other -> Optional.ofNullable(entries.get(other.name())).stream())
                                    .anyMatch(before.get()::isSameFile);
            told.add(renamed ? new Happening(Operation.RENAME, happening.name()) : happening);
        }
        return told;
    }

    private void tell(List<Happening> happenings) throws InterruptedException {
        for (var happening : happenings) {
            if (!closed && settings.takes(happening.operation(), happening.name())) {
                var name = assignment.name();
                intake.put(
                        new Arrival(
                                name.namespace(),
                                name.eventSource(),
                                name.eventName(),
                                "file",
                                EventData.of(FileKind.payload(settings, happening)),
                                Optional.empty(),
                                around.clock().instant()));
            }
        }
    }

    @Override
    public SourceState state() {
        return intake.state();
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        return intake.lastTrouble();
    }

    @Override
    public void close() {
        closed = true;
        intake.close();
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
