package tiphys.connectors.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.LineFields;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// A Redis server and who is there.
///
/// @param username empty for the default user
record RedisServer(
        HostPort address, String username, Optional<SecretKey> password, int database, Optional<TlsSettings> tls) {
    private static final int PORT = 6379;

    static RedisServer read(Fields fields) {
        return new RedisServer(
                HostPort.read(fields, "hostAddress", PORT),
                fields.text("username"),
                Secrets.optional(fields, "password"),
                LineFields.number(fields, "db", 0),
                TlsSettings.read(fields));
    }

    List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>(password.stream().toList());
        tls.ifPresent(found -> all.addAll(found.secrets()));
        return all;
    }

    /// As people write it.
    String url() {
        return (tls.isPresent() ? "rediss://" : "redis://") + address + (database == 0 ? "" : "/" + database);
    }
}
