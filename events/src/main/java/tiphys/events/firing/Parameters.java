package tiphys.events.firing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.events.Event;
import tiphys.events.sensor.ParameterSpec;
import tiphys.events.sensor.Script;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.gjson.Found;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gjson.SjsonPath;
import tiphys.language.gotemplate.GoTemplate;
import tiphys.language.value.Plain;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Takes values from events and puts them into an object, one parameter after another, as Argo Events does. What is found is
/// put in as the sender wrote it, so all of it happens in JSON text.
final class Parameters {
    private final Map<String, Event> events;
    private final Moment moment;
    private final Budget budget = Budget.standard();

    /// @param events the fired events by dependency
    /// @param moment what templates may ask for
    Parameters(Map<String, Event> events, Moment moment) {
        this.events = events;
        this.moment = moment;
    }

    /// A value that was found for a parameter.
    ///
    /// @param text as text
    /// @param raw as JSON, if it is to be put in as that
    private record Taken(String text, Optional<String> raw, String origin, String fallback) {
        String json() {
            return raw.orElseGet(() -> Json.write(Value.text(text)));
        }
    }

    /// The object with the parameters put in.
    ///
    /// @throws EvaluationFailed in Argo's words
    Value.Mapping apply(Value.Mapping object, List<ParameterSpec> parameters, List<Resolved> into) {
        if (parameters.isEmpty()) {
            return object;
        }
        var json = Json.write(object);
        for (var parameter : parameters) {
            var taken = take(parameter);
            if (taken.isEmpty()) {
                into.add(none(parameter, "what stood there stays"));
                continue;
            }
            into.add(resolved(parameter, taken.get()));
            json = put(parameter, taken.get()).into(json, budget);
        }
        return object(json);
    }

    /// @throws EvaluationFailed if it is no object any more
    static Value.Mapping object(String json) {
        try {
            if (Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)) instanceof Value.Mapping map) {
                return map;
            }
        } catch (InvalidInput e) {
            throw new EvaluationFailed(
                    "the parameters made something of the object that is no JSON: "
                            + e.diagnostics().getFirst().message());
        }
        throw new EvaluationFailed("the parameters made something of the object that is no object");
    }

    /// What the parameters find, for an object that is fetched later.
    ///
    /// @throws EvaluationFailed in Argo's words
    List<Put> puts(List<ParameterSpec> parameters, List<Resolved> into) {
        var puts = new ArrayList<Put>();
        for (var parameter : parameters) {
            var taken = take(parameter);
            into.add(
                    taken.map(one -> resolved(parameter, one))
                            .orElseGet(() -> none(parameter, "what stood there stays")));
            taken.ifPresent(one -> puts.add(put(parameter, one)));
        }
        return puts;
    }

    private static Put put(ParameterSpec parameter, Taken taken) {
        return new Put(parameter.dest(), parameter.operation(), taken.text(), taken.json());
    }

    /// A document made of nothing but the parameters; one without a destination is the whole of it. A parameter that finds nothing is left
    /// out.
    ///
    /// @throws EvaluationFailed in Argo's words
    String payload(List<ParameterSpec> parameters, List<Resolved> into) {
        if (parameters.isEmpty()) {
            return "";
        }
        var json = "{}";
        for (var parameter : parameters) {
            var taken = take(parameter);
            into.add(taken.map(one -> resolved(parameter, one)).orElseGet(() -> none(parameter, "it is left out")));
            if (taken.isPresent()) {
                if (parameter.dest().isEmpty()) {
                    return taken.get().text();
                }
                json = SjsonPath.set(json, parameter.dest(), taken.get().json(), budget);
            }
        }
        return json;
    }

    /// Texts by their destination.
    ///
    /// @throws EvaluationFailed in Argo's words
    Map<String, String> headers(List<ParameterSpec> parameters, List<Resolved> into) {
        var headers = new LinkedHashMap<String, String>();
        for (var parameter : parameters) {
            var taken = take(parameter);
            into.add(taken.map(one -> resolved(parameter, one)).orElseGet(() -> none(parameter, "it is left out")));
            taken.ifPresent(one -> headers.put(parameter.dest(), one.text()));
        }
        return headers;
    }

    /// The events themselves, by dependency.
    String events() {
        var json = new StringBuilder("{");
        events.forEach((dependency, event) -> {
            budget.make(event.payload().text().length());
            json.append(json.length() > 1 ? "," : "")
                    .append(Json.write(Value.text(dependency)))
                    .append(":{\"context\":")
                    .append(event.contextText())
                    .append(",\"data\":")
                    .append(event.payload().text())
                    .append('}');
        });
        return json.append('}').toString();
    }

    private static Resolved none(ParameterSpec parameter, String consequence) {
        return new Resolved(
                parameter.dest(),
                Optional.empty(),
                "nothing",
                "no event of " + parameter.dependency() + " was in the firing, so " + consequence);
    }

    private static Resolved resolved(ParameterSpec parameter, Taken taken) {
        Value value = Value.text(taken.text());
        try {
            value = taken.raw().isPresent() ? Json.parse(taken.raw().get()) : value;
        } catch (InvalidInput _) {
            // shown as its text
        }
        return new Resolved(parameter.dest(), Optional.of(value), taken.origin(), taken.fallback());
    }

    /// What a parameter takes; empty if its dependency did not fire and it has no value of its own.
    private Optional<Taken> take(ParameterSpec parameter) {
        var event = events.get(parameter.dependency());
        if (event == null) {
            return parameter
                    .fallback()
                    .map(value -> fallback(value, "no event of " + parameter.dependency() + " was in the firing"));
        }
        boolean data = !parameter.dataKey().isEmpty() || parameter.dataTemplate().isPresent();
        var key = data ? parameter.dataKey() : parameter.contextKey();
        var template = data ? parameter.dataTemplate() : parameter.contextTemplate();
        if (key.isEmpty() && template.isEmpty()) {
            return Optional.of(
                    parameter
                            .fallback()
                            .map(value -> fallback(value, ""))
                            .orElseGet(() ->
                                    new Taken(whole(event), Optional.empty(), "the whole event " + event.id(), "")));
        }
        var missing = new ArrayList<String>();
        if (template.isPresent()) {
            try {
                return Optional.of(made(template.get(), data, event));
            } catch (EvaluationFailed e) {
                if (budget.isExceeded()) {
                    throw e;
                }
                missing.add("the template of event " + event.id() + " failed (" + e.getMessage() + ")");
            }
        }
        if (!key.isEmpty()) {
            var shown = data ? key : "context " + key;
            var found = GjsonPath.find(data ? event.payload().text() : event.contextText(), key, budget);
            if (found.exists()) {
                budget.make(found.raw().length());
                return Optional.of(
                        new Taken(
                                found.isNull() ? "null" : found.text(),
                                parameter.raw() ? Optional.of(raw(found)) : Optional.empty(),
                                shown + " of event " + event.id(),
                                ""));
            }
            missing.add("event " + event.id() + " has no " + shown);
        }
        return Optional.of(
                parameter
                        .fallback()
                        .map(value -> fallback(value, String.join(", and ", missing)))
                        .orElseThrow(() ->
                                new EvaluationFailed(
                                        "unable to resolve '"
                                                + parameter.dependency()
                                                + "' parameter value: "
                                                + String.join(", and ", missing)
                                                + ", and the parameter has no value to fall back to")));
    }

    /// What a template makes of the data or the context; nothing is no value.
    private Taken made(Script<GoTemplate> template, boolean data, Event event) {
        var json = data ? Json.write(event.data()) : event.contextText();
        var input = new HashMap<String, @Nullable Object>();
        input.put("Input", Plain.parse(json, budget));
        var text = template.program().execute(input, budget, moment);
        if (text.isEmpty() || text.equals("<no value>")) {
            throw new EvaluationFailed("it makes nothing");
        }
        return new Taken(
                text, Optional.empty(), (data ? "dataTemplate" : "contextTemplate") + " of event " + event.id(), "");
    }

    private static String raw(Found found) {
        return found.isText() ? Json.write(Value.text(found.text())) : found.isNull() ? "null" : found.text();
    }

    private static Taken fallback(String value, String why) {
        return new Taken(value, Optional.empty(), "the manifest's value", why);
    }

    private String whole(Event event) {
        var data = event.payload().text();
        budget.make(data.length() * 2L);
        return "{\"context\":"
                + event.contextText()
                + ",\"data\":\""
                + Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8))
                + "\"}";
    }
}
