package tiphys.events.cron;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is true of a CronWorkflow: what was recorded, applied in order.
public final class CronState {
    /// How many of the last decisions are kept for people.
    private static final int REMEMBERED = 50;

    private String schedules = "";
    private Instant since = Instant.EPOCH;
    private Instant decided = Instant.EPOCH;
    private Optional<Instant> lastScheduled = Optional.empty();
    private final Map<String, Run> active = new LinkedHashMap<>();
    private final Map<String, Run> ended = new LinkedHashMap<>();
    private long succeeded;
    private long failed;
    private boolean suspended;
    private boolean stopped;
    private String error = "";
    private final ArrayDeque<Told> recent = new ArrayDeque<>();

    /// One run.
    ///
    /// @param phase empty while it is active
    /// @param replaced whether it is to be terminated
    public record Run(String uid, String name, String phase, boolean replaced) {
        boolean succeeded() {
            return phase.equals("Succeeded");
        }
    }

    /// One of the last decisions, for people.
    ///
    /// @param due what time it is about; the epoch for none
    /// @param word `started`, `skipped`, `missed`, `refused`, `stopped`
    public record Told(Instant at, Instant due, String word, String text) {}

    /// Changes what is true by a fact.
    public void apply(CronFact fact, Instant at) {
        switch (fact) {
            case CronFact.Scheduled(var texts) -> {
                schedules = texts;
                since = at;
                decided = at;
                suspended = false;
            }
            case CronFact.Suspended _ -> suspended = true;
            case CronFact.Missed(var first, var last, var count, var why) -> {
                decided = later(decided, last);
                tell(new Told(at, first, "missed", (count == 1 ? "" : count + " times, to " + last + ": ") + why));
            }
            case CronFact.Started(var due, var name, var uid) -> {
                decided = later(decided, due);
                lastScheduled = Optional.of(due);
                active.put(uid, new Run(uid, name, "", false));
                error = "";
                tell(new Told(at, due, "started", name));
            }
            case CronFact.Skipped(var due, var why) -> {
                decided = later(decided, due);
                tell(new Told(at, due, "skipped", why));
            }
            case CronFact.Refused(var due, var why) -> {
                decided = later(decided, due);
                failed++;
                error = why;
                tell(new Told(at, due, "refused", why));
            }
            case CronFact.Joined(var name, var uid) -> active.put(uid, new Run(uid, name, "", false));
            case CronFact.Replaced(var uid) ->
                    active.computeIfPresent(uid, (_, run) -> new Run(uid, run.name(), "", true));
            case CronFact.RunEnded(var uid, var phase) -> {
                var run = active.remove(uid);
                if (run != null) {
                    var over = new Run(uid, run.name(), phase, run.replaced());
                    ended.put(uid, over);
                    succeeded += over.succeeded() ? 1 : 0;
                    failed += over.succeeded() ? 0 : 1;
                }
            }
            case CronFact.RunGone(var uid) -> {
                active.remove(uid);
                ended.remove(uid);
            }
            case CronFact.Stopped(var why) -> {
                stopped = true;
                tell(new Told(at, Instant.EPOCH, "stopped", why));
            }
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private void tell(Told told) {
        recent.addLast(told);
        if (recent.size() > REMEMBERED) {
            recent.removeFirst();
        }
    }

    /// Which schedules count; empty before the first.
    String schedules() {
        return schedules;
    }

    /// From when on they count.
    public Instant since() {
        return since;
    }

    /// Up to when it was decided about every time that was due.
    public Instant decided() {
        return decided;
    }

    public Optional<Instant> lastScheduled() {
        return lastScheduled;
    }

    /// The runs that are not over.
    public List<Run> active() {
        return List.copyOf(active.values());
    }

    /// The runs that are over and whose objects are there, as they ended.
    public List<Run> ended() {
        return List.copyOf(ended.values());
    }

    /// The runs whose objects are there.
    public List<Run> runs() {
        var all = new ArrayList<>(active.values());
        all.addAll(ended.values());
        return all;
    }

    boolean knows(String uid) {
        return active.containsKey(uid) || ended.containsKey(uid);
    }

    public long succeeded() {
        return succeeded;
    }

    public long failed() {
        return failed;
    }

    public boolean suspended() {
        return suspended;
    }

    public boolean stopped() {
        return stopped;
    }

    /// Why the last run could not be made; empty if it could.
    public String error() {
        return error;
    }

    /// The last decisions, the oldest first.
    public List<Told> recent() {
        return new ArrayList<>(recent);
    }

    // What follows restores a state from a snapshot.

    void restore(
            String texts,
            Instant sinceThen,
            Instant decidedUpTo,
            Optional<Instant> last,
            boolean isSuspended,
            boolean isStopped) {
        schedules = texts;
        since = sinceThen;
        decided = decidedUpTo;
        lastScheduled = last;
        suspended = isSuspended;
        stopped = isStopped;
    }

    void restore(long haveSucceeded, long haveFailed, String why) {
        succeeded = haveSucceeded;
        failed = haveFailed;
        error = why;
    }

    void restore(Run run) {
        (run.phase().isEmpty() ? active : ended).put(run.uid(), run);
    }

    void restore(Told told) {
        tell(told);
    }
}
