package tiphys.server.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tiphys.events.EventSearch;
import tiphys.events.past.Past;
import tiphys.events.past.Selection;
import tiphys.manifest.Value;
import tiphys.server.http.Problem;

/// Requests about many recorded events: replays of a range, first as a plan, then step by step.
final class PastRequests {
    private static final int LONGEST_NAME = 100;

    private static final int MOST_SAMPLES = 500;

    private final Past past;

    PastRequests(Past past) {
        this.past = past;
    }

    void plan(Call call) throws Exception {
        var asked = new Asked(call.object());
        call.answer(Waiting.on(past.plan(asked.selection(), asked.again())));
    }

    void replay(Call call) throws Exception {
        var asked = new Asked(call.object());
        int most = (int) Math.min(Integer.MAX_VALUE, asked.number("most"));
        call.answer(Waiting.on(past.replay(asked.selection(), asked.again(), asked.number("after"), most)));
    }

    /// A sensor without a namespace is meant in that of the request.
    void whatIf(Call call) throws Exception {
        var asked = new Asked(call.object());
        var sensor = asked.body().mapAt("sensor");
        if (!sensor.textAt("kind").equals(Optional.of("Sensor"))) {
            throw new Problem(400, "TIP-4003", "the field sensor should be a Sensor object", "").thrown();
        }
        var metadata = sensor.mapAt("metadata");
        var namespace = metadata.textAt("namespace").filter(name -> !name.isEmpty());
        var selection = asked.selection();
        if (namespace.isEmpty()) {
            metadata = metadata.with("namespace", selection.namespace());
        } else {
            selection = selection.in(namespace.get());
        }
        var against = asked.body().textAt("against").filter(name -> !name.isEmpty());
        call.answer(
                Waiting.on(
                        past.whatIf(
                                sensor.with("metadata", metadata),
                                against.or(() -> sensor.textAt("metadata", "name")).orElse(""),
                                selection,
                                (int) Math.min(MOST_SAMPLES, asked.number("samples")))));
    }

    /// The body of a request.
    private record Asked(Value.Mapping body) {
        Asked {
            EventRequests.checkVerdict(body.textAt("verdict").orElse(""));
        }

        Selection selection() {
            return new Selection(
                    text("namespace"),
                    text("eventSource"),
                    text("eventName"),
                    text("sensor"),
                    text("verdict"),
                    EventSearch.of(text("search")),
                    instant("from"),
                    instant("to"),
                    number("head"));
        }

        /// The replay's name, if events that fired are meant, too.
        Optional<String> again() {
            var name = text("again");
            if (name.length() > LONGEST_NAME || name.contains("/")) {
                throw wrong("again is a name of at most " + LONGEST_NAME + " characters without a slash", "");
            }
            return Optional.of(name).filter(given -> !given.isEmpty());
        }

        long number(String field) {
            var value = body.find(field).orElse(Value.number(0));
            if (value instanceof Value.Number number && number.decimal().signum() >= 0) {
                return number.decimal().longValue();
            }
            throw wrong("the field " + field + " should be a whole number, not below 0", "");
        }

        private String text(String field) {
            return body.textAt(field).orElse("");
        }

        private Optional<Instant> instant(String field) {
            var text = text(field);
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
            } catch (DateTimeException e) {
                throw wrong(
                        "the field " + field + " should be an instant, not \"" + Call.shortened(text) + "\"",
                        "write it as 2026-11-24T14:00:00Z");
            }
        }

        private static Problem.Thrown wrong(String message, String hint) {
            return new Problem(400, "TIP-4003", message, hint).thrown();
        }
    }
}
