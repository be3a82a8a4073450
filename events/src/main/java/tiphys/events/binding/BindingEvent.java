package tiphys.events.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tiphys.language.Scope;
import tiphys.manifest.Value;

/// What came in for the bindings of a namespace.
///
/// @param discriminator the last part of the path; may be empty
/// @param headers those that expressions may read; see [#readable]
/// @param payload the body
public record BindingEvent(String namespace, String discriminator, Map<String, List<String>> headers, Value payload) {
    public BindingEvent {
        var copy = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = java.util.Collections.unmodifiableMap(copy);
    }

    /// Whether expressions may read a header: only what is named `X-…`, so that no credential leaks.
    public static boolean readable(String header) {
        return header.regionMatches(true, 0, "x-", 0, 2);
    }

    /// The variables of expressions.
    Scope scope() {
        return Scope.of(
                Map.of(
                        "namespace",
                        Value.text(namespace),
                        "discriminator",
                        Value.text(discriminator),
                        "metadata",
                        Value.of(headers),
                        "payload",
                        payload));
    }
}
