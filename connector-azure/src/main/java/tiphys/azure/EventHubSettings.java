package tiphys.azure;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// What a manifest says of the events of a hub.
///
/// @param hub where it is, and who may read it
record EventHubSettings(Hub hub, Optional<Value.Mapping> metadata) implements SourceSettings {
    /// A hub, and the Secrets with a key for it.
    ///
    /// @param host of the namespace
    record Hub(String host, String name, SecretKey keyName, SecretKey key) {
        private static final String NAME = "[A-Za-z0-9._-]+";
        private static final String LOCAL = "(?:localhost|127\\.0\\.0\\.1)(?::[0-9]+)?";

        static Hub read(Fields fields) {
            var host = fields.required("fqdn");
            if (!host.isEmpty() && !host.matches("[A-Za-z0-9.-]+(?::[0-9]{1,5})?")) {
                fields.invalid("fqdn", "must be a host such as NAME.servicebus.windows.net, not \"" + host + "\"");
            }
            var name = fields.required("hubName");
            if (!name.isEmpty() && !name.matches(NAME)) {
                fields.invalid("hubName", "must be letters, digits, '.', '_' and '-', not \"" + name + "\"");
            }
            if (!fields.has("sharedAccessKeyName") && !fields.has("sharedAccessKey")) {
                fields.error(
                        Codes.UNSUPPORTED,
                        "sharedAccessKey",
                        fields.path()
                                + " without a sharedAccessKeyName and a sharedAccessKey asks for a login by Entra ID, which is not supported "
                                + "by this version; name both");
                var none = new SecretKey(fields.path("sharedAccessKey"), "", "");
                return new Hub(host, name, none, none);
            }
            return new Hub(
                    host,
                    name,
                    Secrets.required(fields, "sharedAccessKeyName"),
                    Secrets.required(fields, "sharedAccessKey"));
        }

        List<SecretKey> secrets() {
            return List.of(keyName, key);
        }

        /// What Microsoft's client is given. On this machine there is nobody but Microsoft's emulator, which does without TLS.
        ///
        /// @throws IOException if a Secret holds what can be no name or no key
        String connection(Function<SecretKey, String> secrets) throws IOException {
            return "Endpoint=sb://%s/;SharedAccessKeyName=%s;SharedAccessKey=%s;EntityPath=%s%s"
                    .formatted(
                            host,
                            part(keyName, secrets),
                            part(key, secrets),
                            name,
                            host.matches(LOCAL) ? ";UseDevelopmentEmulator=true" : "");
        }

        private static String part(SecretKey key, Function<SecretKey, String> secrets) throws IOException {
            var text = secrets.apply(key).strip();
            if (text.isEmpty() || text.indexOf(';') >= 0) {
                throw new IOException(
                        "%s: the key %s of Secret %s holds none".formatted(key.field(), key.key(), key.name()));
            }
            return text;
        }

        @Override
        public String toString() {
            return host + "/" + name;
        }
    }

    static EventHubSettings read(SourceFields event) {
        return new EventHubSettings(Hub.read(event.fields()), LineFields.metadata(event.fields()));
    }

    @Override
    public List<SecretKey> secrets() {
        return hub.secrets();
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("hub", hub.name());
    }
}
