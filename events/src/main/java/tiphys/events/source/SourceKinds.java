package tiphys.events.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.spec.SupportedFields;
import tiphys.manifest.schema.FieldClaims;

/// The types of event sources that a program has.
public final class SourceKinds {
    private final Map<String, SourceKind> byKey = new LinkedHashMap<>();
    private final FieldClaims claims;
    private final Optional<SourceKind> derived;

    /// @throws IllegalStateException if two claim the same
    public SourceKinds(List<SourceKind> kinds) {
        this(kinds, Optional.empty());
    }

    private SourceKinds(List<SourceKind> kinds, Optional<SourceKind> derived) {
        this.derived = derived;
        for (var kind : kinds) {
            if (byKey.put(kind.key(), kind) != null) {
                throw new IllegalStateException("there are two kinds of event sources called " + kind.key());
            }
        }
        var own = kinds.stream().map(kind -> "events.EventSourceSpec honoured " + kind.key() + "\n" + kind.claims());
        claims = SupportedFields.CLAIMS.with(own.collect(Collectors.joining("\n")));
    }

    /// The same, and one of which annotations speak instead of fields: `KEY.EVENT`.
    public SourceKinds with(SourceKind byAnnotation) {
        return new SourceKinds(all(), Optional.of(byAnnotation));
    }

    /// The kind of which annotations speak.
    Optional<SourceKind> byAnnotation() {
        return derived;
    }

    /// All of them, in order.
    public List<SourceKind> all() {
        return List.copyOf(byKey.values());
    }

    /// The kind with that key in an EventSource's spec.
    public Optional<SourceKind> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// What is claimed of EventSources with these kinds, and of Sensors.
    public FieldClaims claims() {
        return claims;
    }
}
