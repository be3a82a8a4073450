package tiphys.events.cron;

import java.time.Instant;
import java.util.Optional;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Facts as journal entries, and the state as a snapshot. A version once released is never changed; a new one is added beside
/// it.
public final class CronFacts {
    /// The kind of the streams.
    public static final String KIND = "cron";

    /// The form of the snapshot.
    public static final String SNAPSHOT = "cron/1";

    private CronFacts() {}

    /// A fact as an entry.
    public static NewEntry encode(CronFact fact) {
        return new NewEntry(type(fact), Json.bytes(body(fact)));
    }

    private static String type(CronFact fact) {
        return switch (fact) {
            case CronFact.Scheduled _ -> "cron.scheduled/1";
            case CronFact.Suspended _ -> "cron.suspended/1";
            case CronFact.Missed _ -> "cron.missed/1";
            case CronFact.Started _ -> "cron.started/1";
            case CronFact.Skipped _ -> "cron.skipped/1";
            case CronFact.Refused _ -> "cron.refused/1";
            case CronFact.Joined _ -> "cron.joined/1";
            case CronFact.Replaced _ -> "cron.replaced/1";
            case CronFact.RunEnded _ -> "cron.run-ended/1";
            case CronFact.RunGone _ -> "cron.run-gone/1";
            case CronFact.Stopped _ -> "cron.stopped/1";
        };
    }

    private static Value.Mapping body(CronFact fact) {
        return switch (fact) {
            case CronFact.Scheduled(var schedules) -> Value.object("schedules", schedules);
            case CronFact.Suspended _ -> Value.Mapping.EMPTY;
            case CronFact.Missed(var first, var last, var count, var why) ->
                    Value.object("first", first.toString(), "last", last.toString(), "count", count, "why", why);
            case CronFact.Started(var due, var name, var uid) ->
                    Value.object("due", due.toString(), "name", name, "uid", uid);
            case CronFact.Skipped(var due, var why) -> Value.object("due", due.toString(), "why", why);
            case CronFact.Refused(var due, var error) -> Value.object("due", due.toString(), "error", error);
            case CronFact.Joined(var name, var uid) -> Value.object("name", name, "uid", uid);
            case CronFact.Replaced(var uid) -> Value.object("uid", uid);
            case CronFact.RunEnded(var uid, var phase) -> Value.object("uid", uid, "phase", phase);
            case CronFact.RunGone(var uid) -> Value.object("uid", uid);
            case CronFact.Stopped(var why) -> Value.object("why", why);
        };
    }

    /// The fact of an entry.
    ///
    /// @throws IllegalArgumentException if this version does not know its type
    public static CronFact decode(Entry entry) {
        var json = (Value.Mapping) Json.parse(entry.body());
        return switch (entry.type()) {
            case "cron.scheduled/1" -> new CronFact.Scheduled(text(json, "schedules"));
            case "cron.suspended/1" -> new CronFact.Suspended();
            case "cron.missed/1" ->
                    new CronFact.Missed(
                            at(json, "first"), at(json, "last"), (int) number(json, "count"), text(json, "why"));
            case "cron.started/1" -> new CronFact.Started(at(json, "due"), text(json, "name"), text(json, "uid"));
            case "cron.skipped/1" -> new CronFact.Skipped(at(json, "due"), text(json, "why"));
            case "cron.refused/1" -> new CronFact.Refused(at(json, "due"), text(json, "error"));
            case "cron.joined/1" -> new CronFact.Joined(text(json, "name"), text(json, "uid"));
            case "cron.replaced/1" -> new CronFact.Replaced(text(json, "uid"));
            case "cron.run-ended/1" -> new CronFact.RunEnded(text(json, "uid"), text(json, "phase"));
            case "cron.run-gone/1" -> new CronFact.RunGone(text(json, "uid"));
            case "cron.stopped/1" -> new CronFact.Stopped(text(json, "why"));
            default -> throw new IllegalArgumentException("unknown type of entry in a cron stream: " + entry.type());
        };
    }

    /// The state as one document.
    public static byte[] snapshot(CronState state) {
        return Json.bytes(
                Value.object(
                        "schedules",
                        state.schedules(),
                        "since",
                        state.since().toString(),
                        "decided",
                        state.decided().toString(),
                        "lastScheduled",
                        state.lastScheduled().map(Instant::toString).orElse(""),
                        "suspended",
                        state.suspended(),
                        "stopped",
                        state.stopped(),
                        "succeeded",
                        state.succeeded(),
                        "failed",
                        state.failed(),
                        "error",
                        state.error(),
                        "runs",
                        state.runs().stream().map(CronFacts::run).toList(),
                        "recent",
                        state.recent().stream().map(CronFacts::told).toList()));
    }

    private static Value.Mapping run(CronState.Run run) {
        return Value.object("uid", run.uid(), "name", run.name(), "phase", run.phase(), "replaced", run.replaced());
    }

    private static Value.Mapping told(CronState.Told told) {
        return Value.object(
                "at", told.at().toString(), "due", told.due().toString(), "word", told.word(), "text", told.text());
    }

    /// A cron with the state of a snapshot.
    public static Cron restore(byte[] snapshot) {
        var json = (Value.Mapping) Json.parse(snapshot);
        var cron = new Cron();
        var last = text(json, "lastScheduled");
        cron.state()
                .restore(
                        text(json, "schedules"),
                        at(json, "since"),
                        at(json, "decided"),
                        last.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(last)),
                        flag(json, "suspended"),
                        flag(json, "stopped"));
        cron.state().restore(number(json, "succeeded"), number(json, "failed"), text(json, "error"));
        for (var run : json.listAt("runs")) {
            cron.state()
                    .restore(
                            new CronState.Run(
                                    text(run, "uid"), text(run, "name"), text(run, "phase"), flag(run, "replaced")));
        }
        for (var told : json.listAt("recent")) {
            cron.state()
                    .restore(
                            new CronState.Told(
                                    at(told, "at"), at(told, "due"), text(told, "word"), text(told, "text")));
        }
        return cron;
    }

    private static String text(Value json, String field) {
        return json.textAt(field).orElse("");
    }

    private static Instant at(Value json, String field) {
        return Instant.parse(text(json, field));
    }

    private static boolean flag(Value json, String field) {
        return json.find(field).filter(Value.bool(true)::equals).isPresent();
    }

    private static long number(Value json, String field) {
        return json.find(field).orElse(Value.nothing()) instanceof Value.Number(var literal, _)
                ? Long.parseLong(literal)
                : 0;
    }
}
