package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import tiphys.events.Event;
import tiphys.events.spec.Dependency;
import tiphys.events.spec.SensorSpec;
import tiphys.events.spec.TriggerSpec;
import tiphys.events.trigger.TriggerCommand;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.StreamActor;

/// One trigger at work: reads the sources behind its durable cursor in large batches and gives what concerns it to the
/// trigger's actor. One virtual thread, so that a slow trigger holds up no other.
public final class TriggerRunner implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TriggerRunner.class.getName());
    private static final int BATCH = 2048;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /// So many firings are recorded in one transaction at most: their objects are in it too.
    private static final int FIRINGS = 64;

    /// So many events of other sources may be passed over before the cursor is stored.
    private static final long PASSED_OVER = 10_000;

    private final TriggerName name;
    private final StreamActor<TriggerMessage> actor;
    private final TriggerDecider decider;
    private final SourceFeed feed;
    private final IntSupplier room;
    private final TriggerDecider.Firings firings;
    private final Quarantine quarantine;
    private final Thread thread;
    private volatile CompletableFuture<Boolean> listening = new CompletableFuture<>();
    private @Nullable Use applied;
    private volatile @Nullable Use use;
    private volatile boolean closed;
    private volatile boolean heldBack;

    /// What the trigger is to do now.
    public record Use(SensorSpec sensor, TriggerSpec trigger, List<Dependency> dependencies) {
        static Use of(SensorSpec sensor, TriggerSpec trigger) {
            var names = trigger.condition().names();
            return new Use(
                    sensor, trigger, sensor.dependencies().stream().filter(one -> names.contains(one.name())).toList());
        }

        /// Whether the trigger listens to an event.
        public boolean concerns(Event event) {
            return sensor.namespace().equals(event.namespace())
                    && dependencies.stream().anyMatch(one -> one.listensTo(event));
        }

        /// Whether the trigger listens to a source.
        public boolean concerns(StreamName source) {
            var parts = source.key().split("/", 3);
            return sensor.namespace().equals(parts[0])
                    && dependencies.stream().anyMatch(one -> one.listensTo(parts[1], parts[2]));
        }
    }

    /// @param room how many firings the brake allows now
    TriggerRunner(
            TriggerName name,
            ActorContext context,
            SourceFeed feed,
            IntSupplier room,
            TriggerDecider.Firings firings,
            Runnable streamClosed) {
        this.name = name;
        this.feed = feed;
        this.room = room;
        this.firings = firings;
        this.quarantine = context.quarantine();
        this.decider = new TriggerDecider(name, context.journal(), firings, streamClosed);
        this.actor = new StreamActor<>(name.stream(), decider, context);
        this.thread = Thread.ofVirtual().name("trigger-" + name).unstarted(this::run);
    }

    public TriggerName name() {
        return name;
    }

    public TriggerDecider.Shown shown() {
        return decider.shown();
    }

    /// Why the trigger is set aside, if it is.
    public Optional<String> quarantine() {
        return actor.quarantine();
    }

    /// Whether the brake holds it back.
    public boolean heldBack() {
        return heldBack;
    }

    /// What it does from the next event on; empty pauses it, and events wait.
    public void use(Optional<Use> next) {
        use = next.orElse(null);
        feed.commits().wake();
    }

    public Optional<Use> use() {
        return Optional.ofNullable(use);
    }

    /// Begins to listen after a sequence, if it did not listen before, takes up open firings, and consumes.
    void start(long after) {
        tell(new TriggerCommand.Listen(name.sensor(), name.trigger(), after));
        listening = actor.query(() -> true); // its turn comes when the command before it is recorded
        thread.start();
    }

    /// Waits until it is recorded after which event the trigger listens: from then on no restart forgets it.
    ///
    /// @return whether it is
    boolean awaitListening(Duration longest) throws InterruptedException {
        try {
            return listening.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return false;
        }
    }

    /// Tells the trigger something that nobody waits for.
    void tell(TriggerCommand command) {
        actor.tell(new TriggerMessage.Decide(command));
    }

    /// Tells the trigger something; completes when it is recorded.
    public CompletableFuture<Optional<String>> ask(TriggerCommand command) {
        return actor.ask(new TriggerMessage.Decide(command));
    }

    /// The sensor is gone: no further event, and the stream closes when no firing is open.
    void retire() {
        if (closed) {
            return;
        }
        use(Optional.empty());
        closed = true;
        feed.commits().wake();
        actor.tell(new TriggerMessage.Retire());
    }

    private void run() {
        long scanned = -1;
        feed.begin();
        try {
            actor.query(decider::open).join().forEach(fired -> firings.fire(fired, name));
            while (!closed) {
                try {
                    scanned = Math.max(step(scanned), decider.shown().position());
                } catch (CompletionException | StoreUnavailable e) {
                    LOG.log(Level.WARNING, "{0} cannot consume now: {1}", name, e.getMessage());
                    scanned = -1;
                    feed.commits().await(feed.commits().ticket(), Long.MAX_VALUE, PAUSE);
                } catch (RuntimeException | StackOverflowError e) {
                    actor.setAside(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            feed.end();
        }
    }

    /// @param scanned up to where nothing concerns this trigger; -1 if that is not known
    /// @return the same after this step
    private long step(long scanned) throws InterruptedException {
        if (scanned < 0) {
            return actor.query(() -> decider.shown().position()).join();
        }
        long ticket = feed.commits().ticket();
        var now = use;
        if (now == null || actor.quarantine().isPresent()) {
            feed.commits().await(ticket, Long.MAX_VALUE, LONGEST_WAIT);
            return scanned;
        }
        if (!now.equals(applied) && scanned > decider.shown().position()) {
            // What was passed over under the old spec stays passed over.
            consume(now, List.of(), scanned, 1);
        }
        applied = now;
        int most = room.getAsInt();
        heldBack = most <= 0;
        if (heldBack) {
            feed.commits().await(ticket, Long.MAX_VALUE, PAUSE);
            return scanned;
        }
        long head = feed.commits().head();
        var page = read(scanned);
        if (page.upTo() == scanned) {
            // Whatever was rung for before the page was read would have been in it.
            long nothingUpTo = Math.max(scanned, head);
            feed.commits().await(ticket, nothingUpTo, LONGEST_WAIT);
            return nothingUpTo;
        }
        var mine = page.events().stream().filter(heard -> now.concerns(heard.event())).toList();
        if (mine.isEmpty() && page.upTo() - decider.shown().position() < PASSED_OVER) {
            return page.upTo();
        }
        consume(now, mine, page.upTo(), Math.min(most, FIRINGS));
        return decider.shown().position();
    }

    private SourceFeed.Page read(long scanned) {
        try (var _ = quarantine.begin(name.stream(), "the events after " + scanned)) {
            return feed.after(scanned, BATCH);
        }
    }

    private void consume(Use now, List<SourceFeed.Heard> events, long upTo, int most) {
        actor.ask(new TriggerMessage.Consume(now.sensor(), now.trigger(), events, upTo, most))
                .join()
                .ifPresent(refusal -> LOG.log(Level.WARNING, "{0}: {1}", name, refusal));
    }

    /// Consumes nothing more.
    void stop() {
        closed = true;
        feed.commits().wake();
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
