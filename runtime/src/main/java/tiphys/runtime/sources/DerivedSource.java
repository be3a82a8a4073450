package tiphys.runtime.sources;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.events.SourceFacts;
import tiphys.events.derive.Derivation;
import tiphys.events.derive.Gathered;
import tiphys.events.derive.Gathering;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;

/// One derivation at work, on a virtual thread. It gathers what comes after it was started for the first time. Its checkpoint is a sequence of the journal: whatever it gathers came later. What it
/// made after that is recorded, with the ids of what it was made of, and is not gathered again.
final class DerivedSource implements Source {
    private static final Logger LOG = System.getLogger(DerivedSource.class.getName());
    private static final String PART = "sequence";
    private static final int PAGE = 200;
    private static final int WAITING = 100;

    /// How many entries a checkpoint may lie behind.
    private static final int BEHIND = 500;

    private static final int LOOK_BACK = 2_000;

    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Journal journal;
    private final Assignment assignment;
    private final Derivation settings;
    private final Surroundings around;
    private final Consumer<DerivedSource> ended;
    private final OrderedIntake intake;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private long startedAt;
    private volatile boolean closed;

    DerivedSource(Journal journal, Assignment assignment, Surroundings around, Consumer<DerivedSource> ended) {
        this.journal = journal;
        this.assignment = assignment;
        this.settings = (Derivation) assignment.settings();
        this.around = around;
        this.ended = ended;
        this.intake = new OrderedIntake(around, WAITING, () -> {});
        this.thread = Thread.ofVirtual().name("source-" + assignment.name()).unstarted(this::run);
    }

    void start() {
        startedAt = journal.head(); // before anybody is told that it runs
        thread.start();
    }

    /// Something was committed, or the time is over.
    void news() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    gather();
                } catch (StoreUnavailable e) {
                    LOG.log(Level.WARNING, "{0} cannot read now: {1}", assignment.name(), e.getMessage());
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

    private void gather() throws InterruptedException {
        long read = begin();
        var made = made(read);
        var gathering = new Gathering(settings.rule(), around.clock().instant());
        resume(gathering, read);
        while (!closed) {
            var page = journal.readKind(SourceFacts.KIND, read, PAGE);
            for (var entry : page) {
                read = entry.sequence();
                var event = mine(entry).filter(one -> !made.contains(one.id()));
                if (event.isPresent()) {
                    hand(gathering.offer(read, event.get()), gathering, read);
                }
                toldAfter(entry).ifPresent(gathering::silenceTold);
            }
            if (page.size() < PAGE) {
                hand(gathering.expire(around.clock().instant()), gathering, read);
                passOver(gathering.settled(read));
                await(gathering.due());
            }
        }
    }

    /// Where to go on; at the first start, from now on.
    private long begin() {
        var known = around.checkpoint().at(PART);
        if (known.isPresent()) {
            return known.getAsLong();
        }
        if (startedAt > 0) {
            move(startedAt);
        }
        return startedAt;
    }

    private Optional<Event> mine(Entry entry) {
        return SourceFacts.event(entry)
                .filter(event -> event.namespace().equals(assignment.name().namespace()))
                .filter(event -> settings.takes(event, assignment.name().eventSource()));
    }

    /// The ids of what was made an event since the checkpoint.
    private Set<String> made(long after) {
        var parts = new HashSet<String>();
        var own = assignment.name().stream();
        var incomplete =
                SourceFacts.stream(
                        assignment.name().namespace(),
                        assignment.name().eventSource(),
                        assignment.name().eventName() + Derivation.INCOMPLETE);
        for (long at = after; !closed; ) {
            var page = journal.readKind(SourceFacts.KIND, at, PAGE);
            for (var entry : page) {
                at = entry.sequence();
                if (entry.stream().equals(own) || entry.stream().equals(incomplete)) {
                    SourceFacts.event(entry).ifPresent(event -> parts.addAll(Gathered.parts(event.data())));
                }
            }
            if (page.size() < PAGE) {
                break;
            }
        }
        return parts;
    }

    /// The id of the event after which an entry of this source's own says that there was silence.
    private Optional<String> toldAfter(Entry entry) {
        return entry.stream().equals(assignment.name().stream())
                ? SourceFacts.event(entry).flatMap(event -> event.data().textAt("body", "after"))
                : Optional.empty();
    }

    /// Lets a silence count from the last event at the checkpoint or before, if it is among the last few thousand.
    private void resume(Gathering gathering, long checkpoint) {
        var told = new HashSet<String>();
        for (var entry : journal.readKindBackwards(SourceFacts.KIND, checkpoint + 1, LOOK_BACK)) {
            toldAfter(entry).ifPresent(told::add);
            var event = mine(entry);
            if (event.isPresent()) {
                gathering.resume(event.get().id(), event.get().time());
                told.forEach(gathering::silenceTold);
                return;
            }
        }
    }

    private void hand(List<Gathered> made, Gathering gathering, long read) throws InterruptedException {
        var name = assignment.name();
        for (int i = 0; i < made.size(); i++) {
            var one = made.get(i);
            boolean last = i == made.size() - 1;
            intake.put(
                    new Arrival(
                            name.namespace(),
                            name.eventSource(),
                            name.eventName() + (one.incomplete() ? Derivation.INCOMPLETE : ""),
                            Derivation.TYPE,
                            EventData.of(one.payload()),
                            Optional.of(assignment.uid() + " " + one.identity()),
                            around.clock().instant(),
                            last ? moves(gathering.settled(read)) : List.of()));
        }
    }

    private List<CursorMove> moves(long settled) {
        return settled > 0 ? List.of(around.checkpoint().to(PART, settled)) : List.of();
    }

    private void passOver(long settled) {
        var at = around.checkpoint().at(PART);
        boolean far = at.isEmpty() || settled - at.getAsLong() > BEHIND;
        if (settled > 0 && far && intake.isEmpty() && !closed) {
            move(settled);
        }
    }

    private void move(long sequence) {
        around.intake().passOver(moves(sequence), around.clock().instant()).join();
    }

    private void await(Optional<Instant> due) throws InterruptedException {
        var wish = due.map(at -> around.timer().at(at, this::news));
        news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
        wish.ifPresent(Surroundings.Wish::cancel);
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
        ended.accept(this);
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
