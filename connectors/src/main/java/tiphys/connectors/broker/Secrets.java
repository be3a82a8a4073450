package tiphys.connectors.broker;

import java.util.Optional;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// Reads where a manifest names one key of a Secret.
public final class Secrets {
    private Secrets() {}

    /// The key that a field names; empty if the field is not there.
    public static Optional<SecretKey> optional(Fields fields, String field) {
        return fields.has(field) ? Optional.of(key(fields, field)) : Optional.empty();
    }

    /// The key that a field names, which must be there.
    public static SecretKey required(Fields fields, String field) {
        if (!fields.has(field)) {
            fields.required(field);
            return new SecretKey(fields.path(field), "", "");
        }
        return key(fields, field);
    }

    private static SecretKey key(Fields fields, String field) {
        var key = fields.at(field);
        return new SecretKey(key.path(), key.required("name"), key.required("key"));
    }
}
