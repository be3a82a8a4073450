package tiphys.artifacts.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.archive.Zipped;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// `s3`: a bucket. A large file goes in parts, some at once, and is there when the last is; a directory is an object for each file.
public final class S3Driver implements Driver {
    private static final long PART_BYTES = 16 << 20;
    private static final long ONE_PUT_BYTES = 4 * PART_BYTES;
    private static final int MOST_PARTS = 10_000;
    private static final int AT_ONCE = 4;

    private final Clients clients;
    private final Secrets secrets;

    public S3Driver(Secrets secrets) {
        this.secrets = secrets;
        clients = new Clients(secrets);
    }

    static boolean flag(Value.Mapping json, String field) {
        return json.find(field).filter(Value.bool(true)::equals).isPresent();
    }

    private static String bucket(Place place) {
        return place.text("bucket");
    }

    private static String key(Place place) {
        return place.text("key").replaceFirst("^/+", "");
    }

    private static String folder(Place place) {
        var key = key(place).replaceAll("/+$", "");
        return key.isEmpty() ? "" : key + "/";
    }

    @FunctionalInterface
    private interface Call<T extends @Nullable Object> {
        T on(S3Client client) throws IOException;
    }

    /// Says what went wrong in our words.
    private <T extends @Nullable Object> T call(Place place, Call<T> call) throws IOException {
        try {
            return call.on(clients.of(place));
        } catch (SdkException e) {
            throw trouble(place, e);
        }
    }

    private static Trouble trouble(Place place, SdkException e) {
        if (e instanceof NoSuchKeyException || (e instanceof S3Exception missing && missing.statusCode() == 404)) {
            var code =
                    e instanceof S3Exception one && one.awsErrorDetails() != null
                            ? one.awsErrorDetails().errorCode()
                            : "";
            return "NoSuchBucket".equals(code)
                    ? new Trouble(Trouble.Kind.REFUSED, "The specified bucket does not exist", e)
                    : new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.", e);
        }
        boolean again =
                e instanceof SdkClientException
                        || (e instanceof S3Exception refused
                                && (refused.statusCode() >= 500 || refused.statusCode() == 429));
        var what =
                e instanceof S3Exception one
                                && one.awsErrorDetails() != null
                                && one.awsErrorDetails().errorMessage() != null
                        ? one.awsErrorDetails().errorMessage()
                        : e instanceof SdkClientException // it does not say whom it asked
                                ? e.getMessage() + ", endpoint " + place.text("endpoint")
                                : e.getMessage();
        return new Trouble(again ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED, String.valueOf(what), e);
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        var own = customerKey(place);
        try {
            if (!place.text("key").endsWith("/")) {
                call(place, client -> get(client, place, key(place), own, to));
                return;
            }
        } catch (Trouble e) {
            if (e.kind() != Trouble.Kind.MISSING) {
                throw e;
            }
            Files.deleteIfExists(to);
        }
        var objects = call(place, client -> below(client, place, Integer.MAX_VALUE));
        if (objects.isEmpty()) {
            throw new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
        }
        var folder = folder(place);
        var jobs = new ArrayList<Callable<@Nullable Void>>();
        for (var object : objects) {
            if (object.key().endsWith("/")) {
                continue; // a mark that stands for a directory
            }
            var path = Trees.below(to, object.key().substring(folder.length()));
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            jobs.add(() -> {
                call(place, client -> get(client, place, object.key(), own, path));
                return null;
            });
        }
        together(jobs);
    }

    private static Object get(S3Client client, Place place, String key, @Nullable CustomerKey own, Path to) {
        return client.getObject(getting(place, key, own), ResponseTransformer.toFile(to));
    }

    private static GetObjectRequest getting(Place place, String key, @Nullable CustomerKey own) {
        var request = GetObjectRequest.builder().bucket(bucket(place)).key(key);
        if (own != null) {
            request.sseCustomerAlgorithm("AES256").sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
        }
        return request.build();
    }

    private static List<S3Object> below(S3Client client, Place place, int most) {
        var objects = new ArrayList<S3Object>();
        for (var object :
                client.listObjectsV2Paginator(request -> request.bucket(bucket(place)).prefix(folder(place)))
                        .contents()) {
            objects.add(object);
            if (objects.size() >= most) {
                break;
            }
        }
        return objects;
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        if (place.fields().find("createBucketIfNotPresent").filter(Value.Mapping.class::isInstance).isPresent()) {
            makeBucket(place);
        }
        if (!Files.isDirectory(from)) {
            put(from, place, key(place));
            return;
        }
        var real = from.toRealPath();
        var jobs = new ArrayList<Callable<@Nullable Void>>();
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    Zipped.inside(real, file);
                    var key = folder(place) + from.relativize(file);
                    jobs.add(() -> {
                        put(file, place, key);
                        return null;
                    });
                }
            }
        }
        together(jobs);
    }

    private void makeBucket(Place place) throws IOException {
        try {
            call(place, client -> client.headBucket(request -> request.bucket(bucket(place))));
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.UNAVAILABLE) {
                throw e;
            }
            boolean lock = flag(place.fields().mapAt("createBucketIfNotPresent"), "objectLocking");
            call(
                    place,
                    client -> {
                        try {
                            return client.createBucket(request ->
                                    request.bucket(bucket(place)).objectLockEnabledForBucket(lock ? true : null));
                        } catch (BucketAlreadyOwnedByYouException _) {
                            return null; // another artifact made it in the meantime
                        }
                    });
        }
    }

    private void put(Path file, Place place, String key) throws IOException {
        long bytes = Files.size(file);
        var how = encryption(place);
        if (bytes > ONE_PUT_BYTES) {
            inParts(file, bytes, place, key, how);
            return;
        }
        try {
            call(
                    place,
                    client ->
                            client.putObject(
                                    request -> {
                                        request.bucket(bucket(place)).key(key);
                                        how.putting(request);
                                    },
                                    RequestBody.fromFile(file)));
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.UNAVAILABLE) {
                refused(place, key, how, e);
            }
            throw e;
        }
    }

    /// A server that refuses a large body closes the connection while it is sent, and its answer is lost. So asks for the same right
    /// without a body, and leaves nothing there.
    ///
    /// @throws Trouble if that is refused, in the server's words
    private void refused(Place place, String key, Encryption how, Trouble lost) throws IOException {
        try {
            abort(place, key, begin(place, key, how));
        } catch (Trouble e) {
            if (e.kind() != Trouble.Kind.UNAVAILABLE) {
                e.addSuppressed(lost);
                throw e;
            }
            lost.addSuppressed(e);
        }
    }

    /// Begins an upload in parts.
    ///
    /// @return its identity
    private String begin(Place place, String key, Encryption how) throws IOException {
        return call(
                        place,
                        client ->
                                client.createMultipartUpload(request -> {
                                    request.bucket(bucket(place)).key(key);
                                    how.beginning(request);
                                }))
                .uploadId();
    }

    private void abort(Place place, String key, String upload) throws IOException {
        call(
                place,
                client ->
                        client.abortMultipartUpload(
                                request -> request.bucket(bucket(place)).key(key).uploadId(upload)));
    }

    private void inParts(Path file, long bytes, Place place, String key, Encryption how) throws IOException {
        var upload = begin(place, key, how);
        long size = Math.max(PART_BYTES, (bytes + MOST_PARTS - 1) / MOST_PARTS);
        var jobs = new ArrayList<Callable<CompletedPart>>();
        for (long from = 0; from < bytes; from += size) {
            long begin = from;
            int number = jobs.size() + 1;
            long length = Math.min(size, bytes - from);
            jobs.add(() ->
                    call(
                            place,
                            client -> {
                                var body =
                                        RequestBody.fromContentProvider(
                                                () -> new Slice(file, begin, length),
                                                length,
                                                "application/octet-stream");
                                var answer =
                                        client.uploadPart(
                                                request -> {
                                                    request.bucket(bucket(place))
                                                            .key(key)
                                                            .uploadId(upload)
                                                            .partNumber(number);
                                                    how.part(request);
                                                },
                                                body);
                                return CompletedPart.builder().partNumber(number).eTag(answer.eTag()).build();
                            }));
        }
        try {
            var parts = together(jobs);
            call(
                    place,
                    client ->
                            client.completeMultipartUpload(request ->
                                    request.bucket(bucket(place))
                                            .key(key)
                                            .uploadId(upload)
                                            .multipartUpload(all -> all.parts(parts))));
        } catch (IOException e) {
            try {
                abort(place, key, upload);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /// Does several things at once, as many as are good for one artifact; in the order of the jobs.
    private static <T extends @Nullable Object> List<T> together(List<Callable<T>> jobs) throws IOException {
        var done = new ArrayList<T>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("s3-", 0).factory())) {
            var open = new ArrayList<Future<T>>();
            jobs.forEach(job -> open.add(threads.submit(job)));
            try {
                for (var one : open) {
                    done.add(one.get());
                }
            } catch (ExecutionException e) {
                open.forEach(one -> one.cancel(false));
                throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
            } catch (InterruptedException e) {
                open.forEach(one -> one.cancel(true));
                Thread.currentThread().interrupt();
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
            }
        }
        return done;
    }

    @Override
    public List<Item> list(Place place, int most) throws IOException {
        return call(
                place,
                client -> {
                    var folder = folder(place);
                    var below = below(client, place, most);
                    if (!below.isEmpty() || folder.isEmpty()) {
                        return below.stream()
                                .map(one -> new Item(one.key().substring(folder.length()), OptionalLong.of(one.size())))
                                .toList();
                    }
                    try {
                        var head = client.headObject(request -> request.bucket(bucket(place)).key(key(place)));
                        return List.of(new Item("", OptionalLong.of(head.contentLength())));
                    } catch (S3Exception e) {
                        if (e.statusCode() == 404) {
                            return List.of();
                        }
                        throw e;
                    }
                });
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        var own = customerKey(place);
        return call(
                place,
                client -> {
                    var in = client.getObject(getting(place, part.isEmpty() ? key(place) : folder(place) + part, own));
                    var length = in.response().contentLength();
                    return new Content(in, length == null ? OptionalLong.empty() : OptionalLong.of(length));
                });
    }

    @Override
    public void delete(Place place) throws IOException {
        if (folder(place).isEmpty()) {
            throw new Trouble(Trouble.Kind.REFUSED, "s3 artifact has no key: a whole bucket is not deleted");
        }
        call(
                place,
                client -> {
                    for (var object : below(client, place, Integer.MAX_VALUE)) {
                        client.deleteObject(request -> request.bucket(bucket(place)).key(object.key()));
                    }
                    return client.deleteObject(request -> request.bucket(bucket(place)).key(key(place)));
                });
    }

    private record CustomerKey(String key, String digest) {}

    private @Nullable CustomerKey customerKey(Place place) throws IOException {
        var options = place.fields().mapAt("encryptionOptions");
        var found = secrets.of(place.namespace(), options.mapAt("serverSideCustomerKeySecret"));
        return found.isEmpty()
                ? null
                : new CustomerKey(Base64.getEncoder().encodeToString(found.get()), digest(found.get()));
    }

    private static String digest(byte[] key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private Encryption encryption(Place place) throws IOException {
        var options = place.fields().mapAt("encryptionOptions");
        return new Encryption(
                customerKey(place),
                flag(options, "enableEncryption"),
                options.textAt("kmsKeyId").orElse(""),
                options.textAt("kmsEncryptionContext").orElse(""));
    }

    /// How objects are encrypted there.
    private record Encryption(@Nullable CustomerKey own, boolean enabled, String kmsKey, String context) {
        void putting(software.amazon.awssdk.services.s3.model.PutObjectRequest.Builder request) {
            if (own != null) {
                request.sseCustomerAlgorithm("AES256").sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
            } else if (enabled && !kmsKey.isEmpty()) {
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKey);
                if (!context.isEmpty()) {
                    request.ssekmsEncryptionContext(encoded());
                }
            } else if (enabled) {
                request.serverSideEncryption(ServerSideEncryption.AES256);
            }
        }

        void beginning(software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest.Builder request) {
            if (own != null) {
                request.sseCustomerAlgorithm("AES256").sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
            } else if (enabled && !kmsKey.isEmpty()) {
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKey);
                if (!context.isEmpty()) {
                    request.ssekmsEncryptionContext(encoded());
                }
            } else if (enabled) {
                request.serverSideEncryption(ServerSideEncryption.AES256);
            }
        }

        void part(software.amazon.awssdk.services.s3.model.UploadPartRequest.Builder request) {
            if (own != null) {
                request.sseCustomerAlgorithm("AES256").sseCustomerKey(own.key()).sseCustomerKeyMD5(own.digest());
            }
        }

        private String encoded() {
            return Base64.getEncoder().encodeToString(context.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
