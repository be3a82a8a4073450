package tiphys.events.firing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.spec.ParameterSpec;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gjson.SjsonPath;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Takes values from events and puts them into an object, one parameter after another, as Argo Events does.
final class Parameters {
    private final Map<String, Event> events;
    private final Budget budget = Budget.standard();

    /// @param events the fired events by dependency
    Parameters(Map<String, Event> events) {
        this.events = events;
    }

    /// The object with the parameters put in.
    ///
    /// @throws EvaluationFailed in Argo's words
    Value.Mapping apply(Value.Mapping object, List<ParameterSpec> parameters, List<Resolved> into) {
        Value result = object;
        for (var parameter : parameters) {
            var resolved = resolve(parameter);
            into.add(resolved);
            if (resolved.value().isPresent()) {
                result = put(result, parameter, resolved.value().get());
            }
        }
        if (result instanceof Value.Mapping map) {
            return map;
        }
        throw new EvaluationFailed("the parameters made something of the object that is no object");
    }

    private Value put(Value object, ParameterSpec parameter, Value value) {
        if (parameter.operation() != ParameterSpec.Operation.OVERWRITE) {
            var before = GjsonPath.get(object, parameter.dest(), budget);
            if (before.isPresent()) {
                var old = raw(before.get(), "");
                var added = raw(value, "null");
                return SjsonPath.set(
                        object,
                        parameter.dest(),
                        Value.text(
                                parameter.operation() == ParameterSpec.Operation.APPEND ? old + added : added + old));
            }
        }
        return SjsonPath.set(object, parameter.dest(), value);
    }

    private Resolved resolve(ParameterSpec parameter) {
        var event = events.get(parameter.dependency());
        if (event == null) {
            return parameter
                    .fallback()
                    .map(value ->
                            fallback(parameter, value, "no event of " + parameter.dependency() + " was in the firing"))
                    .orElseGet(() ->
                            new Resolved(
                                    parameter.dest(),
                                    Optional.empty(),
                                    "nothing",
                                    "no event of "
                                            + parameter.dependency()
                                            + " was in the firing, so what stood there stays"));
        }
        if (parameter.dataKey().isEmpty() && parameter.contextKey().isEmpty()) {
            return parameter
                    .fallback()
                    .map(value ->
                            new Resolved(parameter.dest(), Optional.of(Value.text(value)), "the manifest's value", ""))
                    .orElseGet(() ->
                            new Resolved(
                                    parameter.dest(),
                                    Optional.of(Value.text(whole(event))),
                                    "the whole event " + event.id(),
                                    ""));
        }
        boolean data = !parameter.dataKey().isEmpty();
        var key = data ? parameter.dataKey() : parameter.contextKey();
        var shown = data ? key : "context " + key;
        var found = GjsonPath.get(data ? event.data() : event.context(), key, budget);
        if (found.isPresent()) {
            var value = parameter.raw() ? found.get() : Value.text(raw(found.get(), "null"));
            return new Resolved(parameter.dest(), Optional.of(value), shown + " of event " + event.id(), "");
        }
        return parameter
                .fallback()
                .map(value -> fallback(parameter, value, "event " + event.id() + " has no " + shown))
                .orElseThrow(() ->
                        new EvaluationFailed(
                                "unable to resolve '"
                                        + parameter.dependency()
                                        + "' parameter value: event "
                                        + event.id()
                                        + " has no "
                                        + shown
                                        + ", and the parameter has no value to fall back to"));
    }

    private static Resolved fallback(ParameterSpec parameter, String value, String why) {
        return new Resolved(parameter.dest(), Optional.of(Value.text(value)), "the manifest's value", why);
    }

    /// The text of a value; objects and lists as Go's JSON writes them into the event, `<`, `>` and `&` escaped.
    private static String raw(Value value, String nothing) {
        return switch (value) {
            case Value.Null _ -> nothing;
            case Value.Sequence _, Value.Mapping _ -> escaped(Json.write(value));
            case Value.Bool _, Value.Number _, Value.Text _ -> GjsonPath.text(value);
        };
    }

    private static String escaped(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static String whole(Event event) {
        var data = escaped(Json.write(event.data())).getBytes(StandardCharsets.UTF_8);
        return Json.write(Value.object("context", event.context(), "data", Base64.getEncoder().encodeToString(data)));
    }
}
