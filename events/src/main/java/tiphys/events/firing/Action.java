package tiphys.events.firing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Value;

/// What a firing does, where it does not create an object: recorded with it, so that it is the same after every crash. There is no value
/// of a Secret in it.
///
/// @param kind the key of a [tiphys.events.action.TriggerKind]
/// @param block of the template, with every parameter in its place
/// @param payload what is sent
/// @param headers what `dynamicHeaders` found
/// @param puts what goes into an object that has to be fetched first
public record Action(String kind, Value.Mapping block, String payload, Map<String, String> headers, List<Put> puts) {
    public Action {
        puts = List.copyOf(puts);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// As it is recorded.
    public Value.Mapping json() {
        return Value.object(
                "kind",
                kind,
                "block",
                block,
                "payload",
                payload,
                "headers",
                headers,
                "puts",
                puts.isEmpty() ? null : puts.stream().map(Put::recorded).toList());
    }

    /// What [#json] wrote.
    public static Action of(Value json) {
        var headers = new LinkedHashMap<String, String>();
        json.mapAt("headers")
                .fields()
                .forEach((name, value) -> {
                    if (value instanceof Value.Text(var text, _)) {
                        headers.put(name, text);
                    }
                });
        return new Action(
                json.textAt("kind").orElse(""),
                json.mapAt("block"),
                json.textAt("payload").orElse(""),
                headers,
                json.listAt("puts").stream().map(Put::of).toList());
    }
}
