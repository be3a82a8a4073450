package tiphys.events.webhook;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.manifest.Value;

/// Whether AWS signed a message of SNS. The certificate is got from where the message says, if that is AWS', and kept. Safe for every
/// thread.
final class SnsSignature {
    private static final Pattern CERTIFICATE =
            Pattern.compile("https://sns\\.[a-zA-Z0-9-]{3,}\\.amazonaws\\.com(?:\\.cn)?/[A-Za-z0-9._-]+\\.pem");
    private static final Map<String, String> ALGORITHMS = Map.of("1", "SHA1withRSA", "2", "SHA256withRSA");
    private static final List<String> OF_NOTIFICATIONS =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> OF_CONFIRMATIONS =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    /// A message that is older may be somebody else's copy; SNS tries for an hour.
    private static final Duration OLDEST = Duration.ofHours(1);

    private static final int KEPT = 16;

    private final HttpDoor door;
    private final LinkedHashMap<String, X509Certificate> certificates = new LinkedHashMap<>();

    SnsSignature(HttpDoor door) {
        this.door = door;
    }

    /// What is wrong with it; empty if nothing is.
    Optional<String> complaint(Value.Mapping message, Instant now) {
        var algorithm = ALGORITHMS.get(message.textAt("SignatureVersion").orElse("1"));
        if (algorithm == null) {
            return Optional.of("the version of the signature is neither 1 nor 2");
        }
        var url = message.textAt("SigningCertURL").or(() -> message.textAt("SigningCertUrl")).orElse("");
        if (!CERTIFICATE.matcher(url).matches()) {
            return Optional.of("SigningCertURL is not one of AWS");
        }
        try {
            var certificate = certificate(url);
            certificate.checkValidity(Date.from(now));
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(Signatures.bytes(signed(message)));
            if (!verifier.verify(Base64.getDecoder().decode(message.textAt("Signature").orElse("")))) {
                return Optional.of("message signature check error");
            }
            return isOld(message, now) ? Optional.of("the message is older than an hour") : Optional.empty();
        } catch (HttpDoor.NotGot e) {
            return Optional.of("failed to fetch signing cert, " + e.words());
        } catch (CertificateException e) {
            return Optional.of("the signing certificate is not valid: " + e.getMessage());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of("message signature check error: " + e.getMessage());
        }
    }

    private static boolean isOld(Value.Mapping message, Instant now) {
        try {
            var at = Instant.parse(message.textAt("Timestamp").orElse(""));
            return at.isBefore(now.minus(OLDEST)) || at.isAfter(now.plus(OLDEST));
        } catch (DateTimeException _) {
            return true;
        }
    }

    private static String signed(Value.Mapping message) {
        var fields = message.textAt("Type").orElse("").equals("Notification") ? OF_NOTIFICATIONS : OF_CONFIRMATIONS;
        var text = new StringBuilder();
        for (var field : fields) {
            message.textAt(field)
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> text.append(field).append('\n').append(value).append('\n'));
        }
        return text.toString();
    }

    private X509Certificate certificate(String url) throws CertificateException, HttpDoor.NotGot {
        synchronized (certificates) {
            var known = certificates.get(url);
            if (known != null) {
                return known;
            }
        }
        var read =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(door.get(url, Map.of())));
        synchronized (certificates) {
            certificates.put(url, read);
            if (certificates.size() > KEPT) {
                certificates.remove(certificates.keySet().iterator().next());
            }
        }
        return read;
    }
}
