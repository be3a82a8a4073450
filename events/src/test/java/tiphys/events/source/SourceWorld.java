package tiphys.events.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tiphys.events.Arrival;
import tiphys.events.Examples;
import tiphys.events.Intake;
import tiphys.events.spec.Fields;
import tiphys.journal.CursorMove;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// What a source sees while it is tested: a clock and a timer that the test moves, and an intake that records arrivals and checkpoints
/// together, as the journal does, and fails when it is told to. Safe for every thread.
public final class SourceWorld {
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final List<Arrival> recorded = new ArrayList<>();
    private final Set<String> identities = new HashSet<>();
    private final Map<String, Long> cursors = new HashMap<>();
    private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>();
    private final Executor threads;
    private Instant now = NOON;
    private boolean broken;
    private int generation;
    private long repeated;
    private long failures;

    private record Sleeper(Instant at, Runnable callback) implements Comparable<Sleeper> {
        @Override
        public int compareTo(Sleeper other) {
            return at.compareTo(other.at);
        }
    }

    /// @param threads what the source's tasks run on
    public SourceWorld(Executor threads) {
        this.threads = threads;
    }

    /// Starts a source of this world.
    public synchronized Source start(SourceKind kind, SourceSettings settings) {
        return start(kind, settings, Map.of());
    }

    /// Starts a source that needs these secrets.
    public synchronized Source start(
            SourceKind kind, SourceSettings settings, Map<SourceSettings.SecretKey, String> secrets) {
        var name = new SourceName("ns", "es", "event");
        int mine = generation;
        var around =
                new Surroundings(
                        new Recorder(mine),
                        new Checkpoint(name, "uid", this::named, this::cursors),
                        this::now,
                        this::at,
                        threads,
                        () -> {});
        return kind.start(new Assignment(name, "uid", settings, secrets, "default", Optional.empty()), around);
    }

    /// Reads what a manifest says of an event; fails if something is wrong with it.
    public static SourceSettings read(SourceKind kind, String yaml) {
        var found = new ArrayList<Diagnostic>();
        var fields = new Fields(Examples.yaml(yaml), "spec." + kind.key() + ".event", found);
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        var settings = kind.read(new SourceFields("event", fields, none, new HashMap<>()));
        if (!found.isEmpty()) {
            throw new AssertionError(found);
        }
        return settings;
    }

    /// What takes in as long as nobody killed it.
    private final class Recorder implements Intake {
        private final int generation;

        Recorder(int generation) {
            this.generation = generation;
        }

        @Override
        public CompletableFuture<String> accept(Arrival arrival) {
            return SourceWorld.this.accept(arrival, generation);
        }

        @Override
        public CompletableFuture<Void> acceptAll(List<Arrival> arrivals) {
            synchronized (SourceWorld.this) { // all of them, or none
                return Intake.super.acceptAll(arrivals);
            }
        }

        @Override
        public CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
            return SourceWorld.this.passOver(moves, generation);
        }
    }

    private synchronized CompletableFuture<Void> passOver(List<CursorMove> moves, int from) {
        if (from != generation || broken) {
            return CompletableFuture.failedFuture(new StoreUnavailable("the disk is full", null));
        }
        moves.forEach(this::move);
        return CompletableFuture.completedFuture(null);
    }

    private synchronized CompletableFuture<String> accept(Arrival arrival, int from) {
        if (from != generation || broken) {
            failures++;
            return CompletableFuture.failedFuture(new StoreUnavailable("the disk is full", null));
        }
        if (arrival.identity().isEmpty() || identities.add(arrival.identity().get())) {
            recorded.add(arrival);
        } else {
            repeated++;
        }
        arrival.moves().forEach(this::move);
        return CompletableFuture.completedFuture("id" + recorded.size());
    }

    private synchronized long named(String name) {
        return cursors.getOrDefault(name, 0L);
    }

    /// Where a part of the source stands; 0 if it is nowhere.
    public long cursor(String part) {
        return named("source/ns/es/event/uid#" + part);
    }

    private synchronized List<CursorMove> cursors(String prefix) {
        return cursors.entrySet().stream()
                .filter(one -> one.getKey().startsWith(prefix))
                .map(one -> new CursorMove(one.getKey(), one.getValue()))
                .toList();
    }

    private void move(CursorMove move) {
        if (move.sequence() == 0) {
            cursors.remove(move.consumer());
        } else {
            cursors.put(move.consumer(), move.sequence());
        }
    }

    private synchronized Instant now() {
        return now;
    }

    private synchronized Surroundings.Wish at(Instant instant, Runnable callback) {
        var sleeper = new Sleeper(instant, callback);
        sleepers.add(sleeper);
        return () -> {
            synchronized (this) {
                sleepers.remove(sleeper);
            }
        };
    }

    /// Lets time pass, and whoever sleeps wake in time.
    public void pass(Duration duration) {
        var until = now().plus(duration);
        while (true) {
            Optional<Sleeper> next;
            synchronized (this) {
                next = Optional.ofNullable(sleepers.peek()).filter(sleeper -> !sleeper.at().isAfter(until));
                if (next.isEmpty()) {
                    now = until;
                    return;
                }
                sleepers.poll();
                now = next.get().at().isAfter(now) ? next.get().at() : now;
            }
            next.get().callback().run();
        }
    }

    /// From now on nothing can be recorded.
    public synchronized void fail() {
        broken = true;
    }

    /// Everything works again.
    public synchronized void mend() {
        broken = false;
    }

    /// Whatever runs is dead: it is heard no more.
    public synchronized void kill() {
        generation++;
        sleepers.clear();
    }

    /// What was recorded, in order.
    public synchronized List<Arrival> recorded() {
        return List.copyOf(recorded);
    }

    /// How many arrivals could not be recorded, each try counted.
    public synchronized long failures() {
        return failures;
    }

    /// How many arrivals were known by their identity.
    public synchronized long repeated() {
        return repeated;
    }
}
