package tiphys.nats;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Login;
import tiphys.connectors.broker.Secrets;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// How a client says who it is: the first of the ways that a manifest has, in the order in which Argo Events looks.
sealed interface NatsLogin {
    /// By a name and a password.
    record ByPassword(Login login) implements NatsLogin {}

    /// By a word.
    record ByToken(SecretKey token) implements NatsLogin {}

    /// By the seed of an NKey, which signs what the server asks.
    record ByKey(SecretKey seed) implements NatsLogin {}

    /// By the text of a credentials file: a JWT and the seed of its NKey.
    record ByCredentials(SecretKey text) implements NatsLogin {}

    static Optional<NatsLogin> read(Fields fields) {
        var auth = fields.at("auth");
        return Login.basic(auth, "basic")
                .<NatsLogin>map(ByPassword::new)
                .or(() -> Secrets.optional(auth, "token").map(ByToken::new))
                .or(() -> Secrets.optional(auth, "nkey").map(ByKey::new))
                .or(() -> Secrets.optional(auth, "credential").map(ByCredentials::new));
    }

    /// What must be there before a connection can be made.
    default List<SecretKey> secrets() {
        return switch (this) {
            case ByPassword(var login) -> login.secrets();
            case ByToken(var token) -> List.of(token);
            case ByKey(var seed) -> List.of(seed);
            case ByCredentials(var text) -> List.of(text);
        };
    }
}
