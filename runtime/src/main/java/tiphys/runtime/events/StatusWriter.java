package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import tiphys.journal.Journal;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;

/// Writes conditions into the status of objects, only when they change.
public final class StatusWriter {
    private static final Logger LOG = System.getLogger(StatusWriter.class.getName());

    private final Journal journal;
    private final InstantSource clock;
    private final Runnable failed;

    /// @param failed called when a status could not be written, so that it is tried again
    public StatusWriter(Journal journal, InstantSource clock, Runnable failed) {
        this.journal = journal;
        this.clock = clock;
        this.failed = failed;
    }

    /// One condition, of Argo's types.
    ///
    /// @param reason empty for one that holds
    record Condition(String type, boolean holds, String reason, String message) {}

    /// Gives the object these conditions; the rest of its status stays.
    void write(ApiObject object, List<Condition> conditions) {
        var before = object.status().listAt("conditions");
        var wanted = new ArrayList<Value>();
        for (var condition : conditions) {
            wanted.add(same(before, condition).orElseGet(() -> fresh(condition)));
        }
        if (wanted.equals(before)) {
            return;
        }
        var status = object.status().with("conditions", Value.list(wanted));
        var write = new ObjectWrite.Status(object.key(), object.uid(), status, Value.Mapping.EMPTY);
        try {
            journal.commit(new Transaction(clock.instant(), List.of(), List.of(), List.of(write))).join();
        } catch (CompletionException e) {
            LOG.log(Level.WARNING, "the status of {0} cannot be written now: {1}", object.key(), e.getMessage());
            failed.run();
        }
    }

    private static Optional<Value> same(List<Value> before, Condition wanted) {
        return before.stream().filter(one -> plain(one).equals(plain(wanted))).findFirst();
    }

    private static List<String> plain(Value condition) {
        return List.of(
                condition.textAt("type").orElse(""),
                condition.textAt("status").orElse(""),
                condition.textAt("reason").orElse(""),
                condition.textAt("message").orElse(""));
    }

    private static List<String> plain(Condition condition) {
        return List.of(condition.type(), condition.holds() ? "True" : "False", condition.reason(), condition.message());
    }

    private Value fresh(Condition condition) {
        return Value.object(
                "type",
                condition.type(),
                "status",
                condition.holds() ? "True" : "False",
                "lastTransitionTime",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                "reason",
                condition.reason().isEmpty() ? null : condition.reason(),
                "message",
                condition.message().isEmpty() ? null : condition.message());
    }
}
