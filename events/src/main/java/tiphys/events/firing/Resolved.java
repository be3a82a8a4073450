package tiphys.events.firing;

import java.util.Optional;
import tiphys.manifest.Value;

/// A parameter's value and where it came from.
///
/// @param value empty if there was none, so that what stood at the destination stays
/// @param origin `body.model of event 0193…`, `the manifest's value`
/// @param fallback why the event did not give it; empty if it did
public record Resolved(String dest, Optional<Value> value, String origin, String fallback) {
    /// As it is recorded.
    public Value.Mapping json() {
        return Value.object(
                "dest",
                dest,
                "value",
                value.orElse(null),
                "origin",
                origin,
                "fallback",
                fallback.isEmpty() ? null : fallback);
    }

    /// What [#json] wrote.
    public static Resolved of(Value json) {
        return new Resolved(
                json.textAt("dest").orElse(""),
                json.find("value"),
                json.textAt("origin").orElse(""),
                json.textAt("fallback").orElse(""));
    }
}
