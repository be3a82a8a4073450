package tiphys.connectors.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// The Secrets with a name and a password.
public record Login(SecretKey user, SecretKey password) {
    /// Reads the fields `username` and `password` of an object, if it is there.
    public static Optional<Login> basic(Fields fields, String field) {
        return read(fields, field, "username", "password");
    }

    /// Reads two fields of an object, if it is there.
    public static Optional<Login> read(Fields fields, String field, String user, String password) {
        if (!fields.has(field)) {
            return Optional.empty();
        }
        var login = fields.at(field);
        return Optional.of(new Login(Secrets.required(login, user), Secrets.required(login, password)));
    }

    /// Both.
    public List<SecretKey> secrets() {
        return List.of(user, password);
    }

    public String user(Map<SecretKey, String> values) {
        return values.getOrDefault(user, "");
    }

    public String password(Map<SecretKey, String> values) {
        return values.getOrDefault(password, "");
    }
}
