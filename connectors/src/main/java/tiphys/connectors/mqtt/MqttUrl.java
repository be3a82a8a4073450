package tiphys.connectors.mqtt;

import java.util.Optional;
import java.util.Set;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.HostPort;
import tiphys.events.spec.Fields;

/// Where an MQTT server is. As in Argo's client, the URL's scheme alone says whether TLS is done.
record MqttUrl(String scheme, HostPort server, Optional<TlsSettings> tls) {
    private static final Set<String> PLAIN = Set.of("tcp", "mqtt");
    private static final Set<String> SECURE = Set.of("ssl", "tls", "tcps", "mqtts", "mqtt+ssl");
    private static final int PLAIN_PORT = 1883;
    private static final int SECURE_PORT = 8883;

    static MqttUrl read(Fields fields, String field) {
        var url = fields.required(field);
        int colon = url.indexOf("://");
        var scheme = colon < 0 ? "" : url.substring(0, colon);
        boolean secure = SECURE.contains(scheme);
        var server =
                HostPort.parse(
                        colon < 0 ? "" : url.substring(colon + 3).replaceFirst("/$", ""),
                        secure ? SECURE_PORT : PLAIN_PORT);
        if (!url.isEmpty() && (server.isEmpty() || !(secure || PLAIN.contains(scheme)))) {
            fields.invalid(
                    field,
                    "must be a URL such as tcp://mqtt.example:1883 or ssl://mqtt.example:8883, not \"" + url + "\"");
        }
        var tls = TlsSettings.read(fields);
        if (tls.isPresent() && PLAIN.contains(scheme)) {
            fields.warn(
                    "tls", fields.path("tls") + " has no effect with " + scheme + ":// in " + field + ", as in Argo");
        }
        return new MqttUrl(
                scheme,
                server.orElse(new HostPort("localhost", PLAIN_PORT)),
                secure ? Optional.of(tls.orElse(TlsSettings.PLAIN)) : Optional.empty());
    }
}
