package tiphys.connectors.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.HostPort;
import tiphys.events.source.SourceSettings.SecretKey;

/// A server, who is there, and what is subscribed to.
///
/// @param scheme as the manifest's URL has it
/// @param keeps whether the server keeps messages while nobody is there; if not, it tells each once
record MqttSession(
        String scheme,
        HostPort server,
        Optional<TlsSettings> tls,
        Version version,
        String clientId,
        Optional<SecretKey> username,
        Optional<SecretKey> password,
        boolean keeps,
        String topicFilter) {
    /// The protocol's version.
    enum Version {
        THREE(4),
        FIVE(5);

        final int level;

        Version(int level) {
            this.level = level;
        }
    }

    List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>();
        username.ifPresent(all::add);
        password.ifPresent(all::add);
        tls.ifPresent(found -> all.addAll(found.secrets()));
        return all;
    }

    boolean isFive() {
        return version == Version.FIVE;
    }

    String url() {
        return scheme + "://" + server;
    }
}
