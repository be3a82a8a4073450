package tiphys.artifacts.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.driver.Secrets;

/// How objects are encrypted there.
///
/// @param own a key of the customer's; then the others do not count
/// @param kmsKey the key of the key service; empty for the bucket's own
/// @param context what the key service is told; may be empty
record Encryption(@Nullable CustomerKey own, boolean enabled, String kmsKey, String context) {
    private static final String ALGORITHM = "AES256";

    /// A key in base64, and its digest.
    record CustomerKey(String key, String digest) {
        /// Not the key.
        @Override
        public String toString() {
            return digest;
        }
    }

    static Encryption of(Place place, Secrets secrets) throws IOException {
        var options = place.fields().mapAt("encryptionOptions");
        var key = secrets.of(place.namespace(), options.mapAt("serverSideCustomerKeySecret"));
        return new Encryption(
                key.isEmpty()
                        ? null
                        : new CustomerKey(Base64.getEncoder().encodeToString(key.get()), digest(key.get())),
                Clients.flag(options, "enableEncryption"),
                options.textAt("kmsKeyId").orElse(""),
                options.textAt("kmsEncryptionContext").orElse(""));
    }

    private static String digest(byte[] key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    void getting(GetObjectRequest.Builder request) {
        if (own != null) {
            request.sseCustomerAlgorithm(ALGORITHM).sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
        }
    }

    void putting(PutObjectRequest.Builder request) {
        if (own != null) {
            request.sseCustomerAlgorithm(ALGORITHM).sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
        } else if (enabled && !kmsKey.isEmpty()) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKey);
            if (!context.isEmpty()) {
                request.ssekmsEncryptionContext(encoded());
            }
        } else if (enabled) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        }
    }

    void beginning(CreateMultipartUploadRequest.Builder request) {
        if (own != null) {
            request.sseCustomerAlgorithm(ALGORITHM).sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
        } else if (enabled && !kmsKey.isEmpty()) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKey);
            if (!context.isEmpty()) {
                request.ssekmsEncryptionContext(encoded());
            }
        } else if (enabled) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        }
    }

    void part(UploadPartRequest.Builder request) {
        if (own != null) {
            request.sseCustomerAlgorithm(ALGORITHM).sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
        }
    }

    private String encoded() {
        return Base64.getEncoder().encodeToString(context.getBytes(UTF_8));
    }
}
