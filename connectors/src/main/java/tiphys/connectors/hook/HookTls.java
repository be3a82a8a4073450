package tiphys.connectors.hook;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.hook.Hook;

/// How TLS is done with an API, as a manifest's `tls` says it.
final class HookTls {
    private HookTls() {}

    /// Empty if nothing is said of it.
    static Optional<SSLContext> of(Hook hook) throws IOException {
        if (hook.manifest().mapAt("tls").fields().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Certificates.context(
                            pem(hook, "tls.caCertSecret"),
                            pem(hook, "tls.clientCertSecret"),
                            pem(hook, "tls.clientKeySecret"),
                            Hooks.isTrue(hook.manifest().mapAt("tls"), "insecureSkipVerify")));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates or the key of tls cannot be used: " + e.getMessage(), e);
        }
    }

    private static Optional<Pem> pem(Hook hook, String field) {
        return Optional.of(hook.secret(field)).filter(text -> !text.isEmpty()).map(text -> new Pem(field, text));
    }
}
