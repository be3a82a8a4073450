package tiphys.connectors.broker;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;

/// How TLS is done with a server.
///
/// @param authority the certificates that are believed; those that the JDK believes if there are none
/// @param certificate the client's own, with its key
/// @param blind whether any certificate is taken
public record TlsSettings(
        Optional<SecretKey> authority, Optional<SecretKey> certificate, Optional<SecretKey> key, boolean blind) {

    /// With nothing special about it.
    public static final TlsSettings PLAIN =
            new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /// Reads the field `tls`, if it is there.
    public static Optional<TlsSettings> read(Fields fields) {
        if (!fields.has("tls")) {
            return Optional.empty();
        }
        var tls = fields.at("tls");
        var settings =
                new TlsSettings(
                        Secrets.optional(tls, "caCertSecret"),
                        Secrets.optional(tls, "clientCertSecret"),
                        Secrets.optional(tls, "clientKeySecret"),
                        tls.truth("insecureSkipVerify"));
        if (settings.certificate.isPresent() != settings.key.isPresent()) {
            tls.error(
                    Codes.MISSING,
                    settings.key.isPresent() ? "clientCertSecret" : "clientKeySecret",
                    tls.path() + " needs both of clientCertSecret and clientKeySecret, or none of them");
        } else if (settings.secrets().isEmpty() && !settings.blind && !tls.truth("enabled")) {
            tls.error(
                    Codes.MISSING,
                    "enabled",
                    tls.path() + " says nothing; set enabled: true to use TLS with the certificates that are known");
        }
        return Optional.of(settings);
    }

    /// What must be there before a connection can be made.
    public List<SecretKey> secrets() {
        return Stream.of(authority, certificate, key).flatMap(Optional::stream).toList();
    }

    /// What makes connections, which look at the server's name, too.
    ///
    /// @param values of the Secrets
    /// @throws GeneralSecurityException if a certificate or a key cannot be read; the message says which and why
    public SSLContext context(Map<SecretKey, String> values) throws GeneralSecurityException {
        return Certificates.context(pem(authority, values), pem(certificate, values), pem(key, values), blind);
    }

    private static Optional<Pem> pem(Optional<SecretKey> secret, Map<SecretKey, String> values) {
        return secret.map(one -> Pem.of(one, values.getOrDefault(one, "")));
    }
}
