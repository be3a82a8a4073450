package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import tiphys.events.Event;
import tiphys.events.sensor.Dependency;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.trigger.TriggerCommand;
import tiphys.journal.CursorMove;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.StreamActor;

/// One trigger at work: reads the sources behind its durable cursor in large batches and gives what concerns it to the
/// trigger's actor. It takes one step at a time, each a task, and none while it waits: a slow trigger holds up no other, and a
/// thousand that wait cost nothing. Safe for every thread.
public final class TriggerRunner implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TriggerRunner.class.getName());
    private static final int BATCH = 2048;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// So many firings are recorded in one transaction at most: their objects are in it too.
    private static final int FIRINGS = 64;

    /// So many events of other sources may be passed over before the cursor is stored.
    private static final long PASSED_OVER = 10_000;

    private final TriggerName name;
    private final StreamActor<TriggerMessage> actor;
    private final TriggerDecider decider;
    private final SourceFeed feed;
    private final DeliveryGate gate;
    private final IntSupplier room;
    private final TriggerDecider.Firings firings;
    private final Quarantine quarantine;
    private final ActorContext context;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Runnable listener = this::wake;
    private volatile CompletableFuture<Boolean> listening = new CompletableFuture<>();
    private volatile @Nullable Use use;
    private volatile boolean closed;
    private volatile boolean heldBack;

    /// What the cursor was moved for last. Of the step under way alone, as is the next.
    private @Nullable Use applied;

    /// Up to where nothing concerns this trigger; -1 if that is not known.
    private long scanned = -1;

    /// Whether steps are being taken.
    private enum State {
        IDLE,
        BUSY,
        /// Somebody rang while a step was being taken.
        RUNG
    }

    /// What comes after a step.
    private enum Next {
        STEP,
        /// Somebody will go on with it.
        WAIT,
        IDLE
    }

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
            DeliveryGate gate,
            IntSupplier room,
            TriggerDecider.Firings firings,
            Runnable streamClosed) {
        this.name = name;
        this.feed = feed;
        this.gate = gate;
        this.room = room;
        this.firings = firings;
        this.quarantine = context.quarantine();
        this.decider = new TriggerDecider(name, context.journal(), firings, streamClosed);
        this.actor = new StreamActor<>(name.stream(), decider, context);
        this.context = context;
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
        wake();
    }

    public Optional<Use> use() {
        return Optional.ofNullable(use);
    }

    /// Begins to listen after a sequence, if it did not listen before, takes up open firings, and consumes.
    void start(long after) {
        tell(new TriggerCommand.Listen(name.sensor(), name.trigger(), after));
        listening = actor.query(() -> true); // its turn comes when the command before it is recorded
        feed.begin(listener);
        var _ = actor.query(decider::open).thenAccept(open -> open.forEach(fired -> firings.fire(fired, name)));
        wake();
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

    /// Gives the trigger an event once more, in a replay of many; completes when it is recorded.
    ///
    /// @param once where this trigger stands in that replay then, if it keeps account
    public CompletableFuture<Optional<String>> replay(TriggerCommand.Replay replay, Optional<CursorMove> once) {
        return actor.ask(new TriggerMessage.ReplayOnce(replay, once));
    }

    /// The trigger's state, to try things on.
    public CompletableFuture<byte[]> snapshot() {
        return actor.query(decider::snapshot);
    }

    /// The sensor is gone: no further event, and the stream closes when no firing is open.
    void retire() {
        if (closed) {
            return;
        }
        use = null;
        stop();
        actor.tell(new TriggerMessage.Retire());
    }

    /// Has steps taken until there is nothing to do.
    private void wake() {
        if (state.getAndUpdate(now -> now == State.IDLE ? State.BUSY : State.RUNG) == State.IDLE) {
            goOn();
        }
    }

    private void goOn() {
        gate.enter(this::steps);
    }

    private void steps(long begun) {
        while (!closed) {
            var next = safeStep(begun);
            if (next == Next.WAIT) {
                return;
            }
            if (next == Next.IDLE
                    && state.getAndUpdate(now -> now == State.BUSY ? State.IDLE : State.BUSY) == State.BUSY) {
                break;
            }
        }
        gate.leave(begun);
    }

    private Next safeStep(long begun) {
        try {
            return step(begun);
        } catch (StoreUnavailable e) {
            return later(e, begun);
        } catch (RuntimeException | StackOverflowError e) {
            actor.setAside(e);
            return Next.IDLE;
        }
    }

    private Next later(Throwable why, long begun) {
        LOG.log(Level.WARNING, "{0} cannot consume now: {1}", name, why.getMessage());
        scanned = -1;
        return pause(begun);
    }

    private Next pause(long begun) {
        context.wakeups().in(PAUSE, this::goOn);
        gate.leave(begun);
        return Next.WAIT;
    }

    private Next step(long begun) {
        if (scanned < 0) {
            return await(actor.query(() -> decider.shown().position()), position -> scanned = position, begun);
        }
        var now = use;
        if (now == null || actor.quarantine().isPresent()) {
            return Next.IDLE;
        }
        if (!now.equals(applied) && scanned > decider.shown().position()) {
            applied = now;
            return consume(
                    now, List.of(), scanned, 1, begun); // what was passed over under the old spec stays passed over
        }
        applied = now;
        int most = room.getAsInt();
        heldBack = most <= 0;
        if (heldBack) {
            return pause(begun);
        }
        long head = feed.head();
        var page = read(scanned);
        if (page.upTo() == scanned) {
            scanned = Math.max(scanned, head); // whatever was told of before the page was read would have been in it
            return Next.IDLE;
        }
        var mine = page.events().stream().filter(heard -> now.concerns(heard.event())).toList();
        if (mine.isEmpty() && page.upTo() - decider.shown().position() < PASSED_OVER) {
            scanned = page.upTo();
            return Next.STEP;
        }
        return consume(now, mine, page.upTo(), Math.min(most, FIRINGS), begun);
    }

    private Next consume(Use now, List<SourceFeed.Heard> events, long upTo, int most, long begun) {
        return await(
                actor.ask(new TriggerMessage.Consume(now.sensor(), now.trigger(), events, upTo, most)),
                refusal -> {
                    refusal.ifPresent(why -> LOG.log(Level.WARNING, "{0}: {1}", name, why));
                    scanned = Math.max(refusal.isPresent() ? scanned : -1, decider.shown().position());
                },
                begun);
    }

    /// The turn ends with the answer: who comes next goes on before this one does.
    private <T> Next await(CompletableFuture<T> answer, Consumer<T> then, long begun) {
        var _ =
                answer.whenComplete((value, failure) -> {
                    if (failure == null) {
                        then.accept(value);
                        goOn();
                        gate.leave(begun);
                    } else {
                        later(failure, begun);
                    }
                });
        return Next.WAIT;
    }

    private SourceFeed.Page read(long scanned) {
        try (var _ = quarantine.begin(name.stream(), "the events after " + scanned)) {
            return feed.after(scanned, BATCH);
        }
    }

    /// Consumes nothing more. What it began is finished by its actor.
    void stop() {
        closed = true;
        feed.end(listener);
    }

    @Override
    public void close() {
        stop();
    }
}
