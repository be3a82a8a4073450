package tiphys.connectors.line;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// How TLS is done: Argo's TLSConfig. Without an authority of its own, the JDK's are believed.
public record Tls(
        Optional<SecretKey> authority, Optional<SecretKey> certificate, Optional<SecretKey> key, boolean verified) {
    /// TLS with nothing special about it.
    public static final Tls PLAIN = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), true);

    /// The field `tls`, if it is there.
    public static Optional<Tls> read(Fields fields) {
        if (!fields.has("tls")) {
            return Optional.empty();
        }
        var tls = fields.at("tls");
        var read =
                new Tls(
                        LineFields.secret(tls, "caCertSecret"),
                        LineFields.secret(tls, "clientCertSecret"),
                        LineFields.secret(tls, "clientKeySecret"),
                        !tls.truth("insecureSkipVerify"));
        if (read.certificate().isPresent() != read.key().isPresent()) {
            tls.invalid("clientCertSecret", "and clientKeySecret go together: only one of them is there");
        }
        if (read.equals(PLAIN) && !tls.truth("enabled")) {
            fields.invalid(
                    "tls",
                    "needs enabled: true, an authority, a client's certificate with its key, or insecureSkipVerify");
        }
        return Optional.of(read);
    }

    /// What must be there before a server can be dialled.
    public List<SecretKey> secrets() {
        var all = new ArrayList<SecretKey>();
        authority.ifPresent(all::add);
        certificate.ifPresent(all::add);
        key.ifPresent(all::add);
        return all;
    }

    /// @param secrets the values
    /// @throws IOException if they are no certificates and keys
    public SSLContext context(Map<SecretKey, String> secrets) throws IOException {
        try {
            return Certificates.context(
                    pem(authority, secrets), pem(certificate, secrets), pem(key, secrets), !verified);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates or keys of tls cannot be used: " + e.getMessage(), e);
        }
    }

    private static Optional<Pem> pem(Optional<SecretKey> secret, Map<SecretKey, String> values) {
        return secret.map(one -> Pem.of(one, values.getOrDefault(one, "")));
    }

    /// Puts TLS over a connection, and checks whose server it is.
    Socket over(Socket socket, HostPort server, Map<SecretKey, String> secrets) throws IOException {
        var over =
                (SSLSocket)
                        context(secrets).getSocketFactory().createSocket(socket, server.host(), server.port(), true);
        over.setSSLParameters(parameters(over.getSSLParameters()));
        over.startHandshake();
        return over;
    }

    /// With the check of the server's name, if it is to be checked.
    public SSLParameters parameters(SSLParameters parameters) {
        if (verified) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }
}
