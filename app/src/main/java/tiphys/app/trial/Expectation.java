package tiphys.app.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a test expects of an event: a verdict of the whole, or for each of some triggers a verdict and parameters.
///
/// Where nothing is said, the event is expected to fire, and nothing to fail.
record Expectation(String subject, Optional<String> trigger, String verdict, Value.Mapping parameters) {
    private static final Set<String> VERDICTS = Set.of("fired", "waiting", "filtered", "failed", "unheard");

    /// One thing that was looked at.
    ///
    /// @param complaint empty if it is as expected
    record Check(String label, String subject, String complaint) {}

    /// What an event's document, or else the command line, expects.
    ///
    /// @param usual the command line's verdict for events that say nothing
    static List<Expectation> of(GivenEvent given, String usual) {
        var expected = given.expected().orElseGet(() -> Value.text(usual));
        if (expected instanceof Value.Text(var verdict, _)) {
            return List.of(new Expectation("event", Optional.empty(), checked(verdict, given), Value.Mapping.EMPTY));
        }
        if (!(expected instanceof Value.Mapping triggers)) {
            throw wrong("expect is a verdict, or for each trigger a verdict", given);
        }
        var all = new ArrayList<Expectation>();
        triggers.fields()
                .forEach((trigger, value) -> {
                    var verdict =
                            value instanceof Value.Text(var word, _) ? word : value.textAt("verdict").orElse("fired");
                    all.add(
                            new Expectation(
                                    trigger, Optional.of(trigger), checked(verdict, given), value.mapAt("parameters")));
                });
        return all;
    }

    private static String checked(String verdict, GivenEvent given) {
        if (!VERDICTS.contains(verdict)) {
            throw wrong("there is no verdict \"" + verdict + "\"", given);
        }
        return verdict;
    }

    private static CliError wrong(String what, GivenEvent given) {
        return CliError.of(ExitCode.USAGE, "TIP-7320", what)
                .where(given.label())
                .hint("a verdict is one of fired, waiting, filtered, failed, unheard");
    }

    /// Looks whether it is so.
    Check check(TriedEvent tried) {
        return new Check(tried.given().label(), subject, complaint(tried));
    }

    private String complaint(TriedEvent tried) {
        if (trigger.isEmpty()) {
            return tried.verdict().equals(verdict) ? "" : differs(tried.verdict(), why(tried.deliveries()));
        }
        var mine =
                tried.deliveries().stream()
                        .filter(one -> one.name().equals(trigger.get()) || one.trigger().equals(trigger.get()))
                        .toList();
        if (mine.size() > 1) {
            return "several sensors have a trigger " + trigger.get() + ": write SENSOR/TRIGGER";
        }
        var was = mine.isEmpty() ? "unheard" : mine.getFirst().verdict();
        if (!was.equals(verdict)) {
            return differs(was, why(mine));
        }
        for (var parameter : parameters.fields().entrySet()) {
            var wanted = Json.text(parameter.getValue());
            var found = Optional.ofNullable(mine.getFirst().parameters().get(parameter.getKey()));
            if (!found.equals(Optional.of(wanted))) {
                return "the parameter "
                        + parameter.getKey()
                        + " should be "
                        + wanted
                        + ", but "
                        + found.map(value -> "is " + value).orElse("there is none");
            }
        }
        return "";
    }

    private String differs(String was, String why) {
        return "expected " + verdict + ", but it is " + was + (why.isEmpty() ? "" : ": " + why);
    }

    private static String why(List<TriedEvent.Delivery> deliveries) {
        return deliveries.stream()
                .filter(one -> !one.message().isEmpty())
                .map(one -> one.name() + " " + one.message())
                .reduce((one, other) -> one + "; " + other)
                .orElse("");
    }
}
