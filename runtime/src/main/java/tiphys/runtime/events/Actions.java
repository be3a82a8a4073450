package tiphys.runtime.events;

import java.io.IOException;
import java.time.InstantSource;
import java.util.regex.Pattern;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKinds;
import tiphys.events.firing.Action;
import tiphys.events.firing.Put;
import tiphys.events.trigger.TriggerFact;
import tiphys.objects.ObjectStore;

/// Does once what a firing asks for beside the creation of an object. Safe for every thread.
final class Actions {
    private static final Pattern STATUS = Pattern.compile("^\\d{1,9}");

    private final TriggerKinds kinds;
    private final ObjectStore store;
    private final InstantSource clock;

    /// @param store has the Secrets and ConfigMaps that requests name
    Actions(TriggerKinds kinds, ObjectStore store, InstantSource clock) {
        this.kinds = kinds;
        this.store = store;
        this.clock = clock;
    }

    /// Does it; returns when the far side has taken it.
    ///
    /// @throws IOException if the far side could not be reached
    /// @throws TriggerFailed if something else stands against it; no secret is in what either says
    Answer fire(TriggerFact.Fired fired, Action action, TriggerName name, int attempt)
            throws IOException, InterruptedException, TriggerFailed {
        var kind = kinds.find(action.kind());
        if (kind.isEmpty()) {
            throw new TriggerFailed("this program has no triggers of type " + action.kind());
        }
        var values = new NamedValues(store, name.namespace());
        var firing =
                new Firing(
                        fired.firing(),
                        name.namespace(),
                        name.sensor(),
                        name.trigger(),
                        fired.account(),
                        fired.eventId(),
                        clock.instant(),
                        attempt);
        try {
            Request.Puts puts = object -> Put.into(object, action.puts());
            var request = new Request(action.block(), action.payload(), action.headers(), puts, values);
            var answer = kind.get().fire(firing, request);
            return judged(fired, masked(answer, values));
        } catch (IOException e) {
            throw new IOException(values.masked(words(e)), e);
        } catch (TriggerFailed e) {
            throw new TriggerFailed(values.masked(e.why()), masked(e.answer(), values), e.again());
        }
    }

    private static String words(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static Answer masked(Answer answer, NamedValues values) {
        return new Answer(values.masked(answer.status()), values.masked(answer.text()), answer.object());
    }

    /// The answer, if its status is one that counts.
    private static Answer judged(TriggerFact.Fired fired, Answer answer) throws TriggerFailed {
        var allowed = fired.execution().allowed();
        var status = STATUS.matcher(answer.status());
        if (!allowed.isEmpty() && status.find() && !allowed.contains(Integer.parseInt(status.group()))) {
            throw new TriggerFailed(
                    "the status "
                            + answer.status()
                            + " is not among those that policy.status.allow has: "
                            + String.join(", ", allowed.stream().map(String::valueOf).toList()),
                    answer,
                    TriggerFailed.Again.IS_IN_VAIN);
        }
        return answer;
    }
}
