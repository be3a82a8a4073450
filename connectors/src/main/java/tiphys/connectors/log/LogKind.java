package tiphys.connectors.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The type `log`: a line of the server's log for each event. With `intervalSeconds` at most one firing in so many seconds is logged.
public final class LogKind implements TriggerKind {
    private static final Logger LOG = System.getLogger(LogKind.class.getName());
    private static final int MOST_TRIGGERS = 10_000;

    private final Map<String, Instant> last = new ConcurrentHashMap<>();

    @Override
    public String key() {
        return "log";
    }

    @Override
    public String claims() {
        return """
        events.LogTrigger honoured intervalSeconds
        """;
    }

    @Override
    public void check(Fields block) {
        var interval = block.json().find("intervalSeconds");
        if (interval.isPresent()
                && !(interval.get() instanceof Value.Number number && number.decimal().signum() >= 0)) {
            block.invalid("intervalSeconds", "must be a number of seconds");
        }
    }

    @Override
    public Content content() {
        return Content.EVENTS;
    }

    @Override
    public Answer fire(Firing firing, Request request) {
        var interval = Duration.ofSeconds(request.whole("intervalSeconds").orElse(0L));
        var trigger = firing.namespace() + "/" + firing.sensor() + "/" + firing.trigger();
        if (last.size() > MOST_TRIGGERS) {
            last.clear();
        }
        var before = last.get(trigger);
        if (!interval.isZero() && before != null && firing.at().isBefore(before.plus(interval))) {
            return new Answer("not logged", "the last line is younger than " + interval.toSeconds() + " s");
        }
        last.put(trigger, firing.at());
        var events = events(request.payload());
        events.forEach((dependency, event) -> LOG.log(Level.INFO, () -> line(trigger, dependency, event)));
        return new Answer("logged", events.size() == 1 ? "one line" : events.size() + " lines");
    }

    private static Map<String, Value> events(String payload) {
        try {
            return Json.parse(payload) instanceof Value.Mapping all ? all.fields() : Map.of();
        } catch (InvalidInput _) {
            return Map.of(
                    "*", Value.text(payload)); // no JSON that is shown otherwise: a key comes twice, or it is very deep
        }
    }

    private static String line(String trigger, String dependency, Value event) {
        return "trigger "
                + trigger
                + ", dependency "
                + dependency
                + ", event "
                + Json.write(event.mapAt("context"))
                + ": "
                + event.find("data").map(Json::write).orElseGet(() -> Json.text(event));
    }
}
