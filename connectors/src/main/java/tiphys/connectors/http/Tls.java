package tiphys.connectors.http;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;

/// Whom a client believes, and who it is, as a `TLSConfig` of Argo Events says it: certificates in PEM, from Secrets.
///
/// @param authority certificates that are believed; empty for those that the JDK believes
/// @param certificate of the client; empty if it has none
/// @param key of that certificate
/// @param unverified whether everybody is believed
public record Tls(Optional<String> authority, Optional<String> certificate, Optional<String> key, boolean unverified) {
    /// As the JDK does it.
    public static final Tls PLAIN = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /// Reads the block's `tls`.
    ///
    /// @throws TriggerFailed if it names a value that is not there
    public static Tls of(Request request) throws TriggerFailed {
        return new Tls(
                request.secret("tls", "caCertSecret"),
                request.secret("tls", "clientCertSecret"),
                request.secret("tls", "clientKeySecret"),
                request.truth("tls", "insecureSkipVerify"));
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return "Tls[authority=" + authority.isPresent() + ", certificate=" + certificate.isPresent() + "]";
    }

    SSLContext context() {
        try {
            return Certificates.context(
                    authority.map(text -> new Pem("tls.caCertSecret", text)),
                    certificate.map(text -> new Pem("tls.clientCertSecret", text)),
                    key.map(text -> new Pem("tls.clientKeySecret", text)),
                    unverified);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the certificates or the key of tls cannot be used: " + e.getMessage(), e);
        }
    }
}
