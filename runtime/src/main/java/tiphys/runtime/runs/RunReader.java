package tiphys.runtime.runs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.view.Explanation;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;

/// Reads runs for people: a live one through its actor, an ended one from its history. The last few that were read from
/// history are kept. Safe for every thread.
public final class RunReader {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int READ = 5_000;
    private static final int KEPT = 16;

    /// A run with more entries is read anew each time.
    private static final int LARGEST_KEPT = 20_000;

    /// How many sentences about one run are told at most: its first and its last ones.
    private static final int MOST_SENTENCES = 20_000;

    private final Journal journal;
    private final LiveRuns runs;
    private final Map<String, Run> past =
            new LinkedHashMap<>(KEPT, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Run> eldest) {
                    return size() > KEPT;
                }
            };

    public RunReader(Journal journal, LiveRuns runs) {
        this.journal = journal;
        this.runs = runs;
    }

    /// Reads something of a run; empty if nothing is known of it.
    public <T> Optional<T> read(String uid, Function<Run, T> reading) {
        var live = runs.find(uid);
        if (live.isPresent()) {
            return Optional.of(await(live.get(), reading));
        }
        var run = past(uid);
        synchronized (this) { // a Run belongs to one thread at a time
            return run.map(reading);
        }
    }

    /// The same without waiting for the run, which may have other things to do.
    public <T> CompletableFuture<Optional<T>> ask(String uid, Function<Run, T> reading) {
        return runs.find(uid)
                .map(live -> query(live, reading).thenApply(Optional::of))
                .orElseGet(() -> CompletableFuture.completedFuture(read(uid, reading)));
    }

    private static <T> CompletableFuture<T> query(LiveRun live, Function<Run, T> reading) {
        return live.actor.query(() -> reading.apply(live.decider.run()));
    }

    private static <T> T await(LiveRun live, Function<Run, T> reading) {
        try {
            return query(live, reading).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new StoreUnavailable("run " + live.uid + " did not answer within " + LIMIT + "; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while run " + live.uid + " was read", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("run " + live.uid + " cannot be read", e.getCause());
        }
    }

    private synchronized Optional<Run> past(String uid) {
        var known = past.get(uid);
        if (known != null) {
            return Optional.of(known);
        }
        var entries = entries(uid);
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        var run = Run.fresh(uid);
        entries.forEach(entry -> run.apply(RunFacts.decode(entry), entry.at()));
        if (entries.size() <= LARGEST_KEPT) {
            past.put(uid, run);
        }
        return Optional.of(run);
    }

    /// Forgets what was read of a run, for it goes on.
    public synchronized void forget(String uid) {
        past.remove(uid);
    }

    private List<Entry> entries(String uid) {
        var stream = RunDecider.streamOf(uid);
        var folded = journal.history(stream);
        if (!folded.isEmpty()) {
            return folded;
        }
        var all = new ArrayList<Entry>();
        while (true) {
            var some = journal.read(stream, all.isEmpty() ? 0 : all.getLast().number(), READ);
            all.addAll(some);
            if (some.size() < READ) {
                return all;
            }
        }
    }

    /// What was recorded about a run, or about one of its nodes, as sentences.
    public List<Explanation.Item> explain(String uid, Optional<String> nodeId) {
        var explanation = new Explanation();
        var items = new ArrayList<Explanation.Item>();
        var last = new ArrayDeque<Explanation.Item>();
        for (var entry : entries(uid)) {
            var item = explanation.tell(entry);
            if (nodeId.isEmpty() || item.nodeId().equals(nodeId.get())) {
                if (items.size() < MOST_SENTENCES / 2) {
                    items.add(item);
                } else {
                    last.add(item);
                }
                if (last.size() > MOST_SENTENCES / 2) {
                    last.remove();
                }
            }
        }
        items.addAll(last);
        return items;
    }
}
