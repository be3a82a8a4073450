package tiphys.events.cron;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Refusal;

/// The Workflows that make up for times that passed: one for each, named after it, so that the same wish makes none twice.
/// One after the other they go by a mutex of their own. They do not count as runs of the schedule.
public final class CronBackfill {
    /// The label of each: whose times it makes up for.
    public static final String LABEL = "workflows.argoproj.io/backfill";

    /// More than this are refused, whatever is asked for.
    public static final int MOST = 10_000;

    private CronBackfill() {}

    /// What a backfill is to be.
    ///
    /// @param from the first time that may be made up for
    /// @param to the last one
    /// @param name what the Workflows' names begin with; empty for the object's name with `-backfill`
    /// @param parameter the argument of each that gets its time; empty for none
    /// @param parallel whether they go on side by side
    /// @param most how many there may be
    public record Wish(Instant from, Instant to, String name, String parameter, boolean parallel, int most) {}

    /// The Workflows, the earliest first.
    ///
    /// @throws Refusal with 422 if no time passed between the two instants, or too many, or the object cannot be used
    public static List<ApiObject> workflows(CronSpec spec, Wish wish) {
        if (spec.problem().isPresent()) {
            throw refusal(spec.problem().get());
        }
        var made = new ArrayList<ApiObject>();
        var next = spec.next(wish.from().minusMillis(1), wish.from());
        while (next.isPresent() && !next.get().isAfter(wish.to())) {
            if (made.size() == Math.min(MOST, wish.most())) {
                throw refusal(
                        "more than "
                                + made.size()
                                + " runs were due from "
                                + wish.from()
                                + " to "
                                + wish.to()
                                + "; allow more, or choose a shorter time");
            }
            made.add(workflow(spec, wish, next.get()));
            next = spec.next(next.get(), wish.from());
        }
        if (made.isEmpty()) {
            throw refusal("no run was due from " + wish.from() + " to " + wish.to());
        }
        return made;
    }

    private static Refusal refusal(String why) {
        return new Refusal(422, "Invalid", why);
    }

    private static ApiObject workflow(CronSpec spec, Wish wish, Instant due) {
        var name = wish.name().isEmpty() ? spec.name() + "-backfill" : wish.name();
        var zone = spec.schedules().getFirst().zone();
        var time = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(due.atZone(zone));
        var run = spec.spec().mapAt("workflowSpec");
        if (!wish.parameter().isEmpty()) {
            run = run.with("arguments", CronRun.with(run.mapAt("arguments"), Map.of(wish.parameter(), time)));
        }
        if (!wish.parallel()) {
            var locks = run.mapAt("synchronization");
            var mutexes = new ArrayList<Value>(locks.listAt("mutexes"));
            mutexes.add(Value.object("name", name));
            run = run.with("synchronization", locks.with("mutexes", Value.list(mutexes)));
        }
        return CronRun.object(
                spec,
                Value.object("name", name + "-" + due.getEpochSecond()),
                Value.object(LABEL, spec.name()),
                time,
                run);
    }
}
