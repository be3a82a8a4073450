package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tiphys.engine.AttemptId;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.StreamName;

/// The runs as the journal alone tells them: what is there has happened, whatever anybody believes.
final class RecordedRuns {
    private final Journal journal;
    private final Map<String, Run> runs = new TreeMap<>();
    private final Set<AttemptId> ordered = new HashSet<>();
    private final Set<AttemptId> ended = new HashSet<>();

    /// Of those that ended: whose artifacts are being saved.
    private final Set<AttemptId> left = new HashSet<>();

    private final Map<String, Integer> restarts = new TreeMap<>();
    private final Set<String> stopped = new HashSet<>();
    private final Map<StreamName, Long> read = new HashMap<>();

    RecordedRuns(Journal journal) {
        this.journal = journal;
        journal.onCommit(_ -> catchUp());
    }

    private void catchUp() {
        journal.live("run").keySet().forEach(stream -> read.putIfAbsent(stream, 0L));
        for (var stream : Set.copyOf(read.keySet())) {
            var folded = journal.history(stream); // perhaps by the commit that recorded the end
            long known = read.getOrDefault(stream, 0L);
            for (var entry : folded.isEmpty() ? journal.read(stream, known, Integer.MAX_VALUE) : folded) {
                if (entry.number() > known) {
                    read.put(stream, entry.number());
                    take(entry);
                }
            }
        }
    }

    private void take(Entry entry) {
        var uid = entry.stream().key();
        var fact = RunFacts.decode(entry);
        runs.computeIfAbsent(uid, Run::fresh).apply(fact, entry.at());
        switch (fact) {
            case RunFact.StepOrdered(_, var order) ->
                    assertThat(ordered.add(order.attempt())).as("%s is ordered once", order.attempt()).isTrue();
            case RunFact.OutputsLeft(_, var attempt, _, _) -> {
                assertThat(left.add(attempt)).as("%s leaves its outputs once", attempt).isTrue();
                ended.add(attempt);
            }
            case RunFact.StepEnded(_, var attempt, _, _) ->
                    assertThat(ended.add(attempt) || left.remove(attempt)).as("%s ends once", attempt).isTrue();
            case RunFact.Restarted _ -> restarts.merge(uid, 1, Integer::sum);
            case RunFact.ShutdownWanted _ -> stopped.add(uid);
            default -> {}
        }
    }

    Map<String, Run> runs() {
        return runs;
    }

    Set<AttemptId> ordered() {
        return ordered;
    }

    Set<AttemptId> ended() {
        return ended;
    }

    /// How often a run was retried.
    int restarts(String uid) {
        return restarts.getOrDefault(uid, 0);
    }

    /// Whether a run was ever stopped or terminated.
    boolean stopped(String uid) {
        return stopped.contains(uid);
    }
}
