package tiphys.artifacts.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import tiphys.artifacts.bucket.Bucket;
import tiphys.artifacts.bucket.Together;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Download.Piece;
import tiphys.artifacts.web.Slice;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// A bucket by AWS' own client. A large file goes in parts, some at once, and is there when the last is.
///
/// @param client who speaks with its server
record S3Bucket(S3Client client, Place place, Encryption encryption) implements Bucket {
    private static final long PART_BYTES = 16 << 20;
    private static final long ONE_PUT_BYTES = 4 * PART_BYTES;
    private static final int MOST_PARTS = 10_000;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+)");

    private String bucket() {
        return place.text("bucket");
    }

    @FunctionalInterface
    private interface Call<T extends @Nullable Object> {
        T on(S3Client client) throws IOException;
    }

    /// Says what went wrong in our words.
    private <T extends @Nullable Object> T call(Call<T> call) throws IOException {
        try {
            return call.on(client);
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
    public void get(String key, Path to) throws IOException {
        Download.to(to, at -> piece(getting(key, at > 0 ? "bytes=" + at + "-" : null)));
    }

    private static Piece piece(ResponseInputStream<GetObjectResponse> in) {
        var response = in.response();
        var version = Optional.ofNullable(response.eTag()).orElse("");
        var range = RANGE.matcher(Optional.ofNullable(response.contentRange()).orElse(""));
        return range.matches()
                ? new Piece(
                        in,
                        Long.parseLong(range.group(1)),
                        OptionalLong.of(Long.parseLong(range.group(2))),
                        version,
                        Optional.empty())
                : new Piece(in, 0, length(response), version, Optional.empty());
    }

    private static OptionalLong length(GetObjectResponse response) {
        var length = response.contentLength();
        return length == null ? OptionalLong.empty() : OptionalLong.of(length);
    }

    private ResponseInputStream<GetObjectResponse> getting(String key, @Nullable String range) throws IOException {
        var request = GetObjectRequest.builder().bucket(bucket()).key(key).range(range);
        encryption.getting(request);
        return call(s3 -> s3.getObject(request.build()));
    }

    @Override
    public Content open(String key, long from) throws IOException {
        var piece = piece(getting(key, from > 0 ? "bytes=" + from + "-" : null));
        return new Content(piece.in(), piece.whole(), piece.from());
    }

    @Override
    public List<Entry> list(String prefix, int most) throws IOException {
        return call(s3 -> {
            var objects = new ArrayList<Entry>();
            for (var object :
                    s3.listObjectsV2Paginator(request -> request.bucket(bucket()).prefix(prefix)).contents()) {
                objects.add(new Entry(object.key(), object.size()));
                if (objects.size() >= most) {
                    break;
                }
            }
            return objects;
        });
    }

    @Override
    public OptionalLong bytes(String key) throws IOException {
        return call(s3 -> {
            try {
                return OptionalLong.of(s3.headObject(request -> request.bucket(bucket()).key(key)).contentLength());
            } catch (S3Exception e) {
                if (e.statusCode() == 404) {
                    return OptionalLong.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public void prepare() throws IOException {
        var making = place.fields().find("createBucketIfNotPresent").filter(Value.Mapping.class::isInstance);
        if (making.isEmpty()) {
            return;
        }
        try {
            call(s3 -> s3.headBucket(request -> request.bucket(bucket())));
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.UNAVAILABLE) {
                throw e;
            }
            boolean lock = Clients.flag(place.fields().mapAt("createBucketIfNotPresent"), "objectLocking");
            call(s3 -> {
                try {
                    return s3.createBucket(
                            request -> request.bucket(bucket()).objectLockEnabledForBucket(lock ? true : null));
                } catch (BucketAlreadyOwnedByYouException _) {
                    return null; // another artifact made it in the meantime
                }
            });
        }
    }

    @Override
    public void put(Path file, String key) throws IOException {
        long bytes = Files.size(file);
        if (bytes > ONE_PUT_BYTES) {
            inParts(file, bytes, key);
            return;
        }
        call(s3 ->
                s3.putObject(
                        request -> {
                            request.bucket(bucket()).key(key);
                            encryption.putting(request);
                        },
                        RequestBody.fromFile(file)));
    }

    @Override
    public void ask(String key) throws IOException {
        abort(key, begin(key));
    }

    /// Begins an upload in parts.
    ///
    /// @return its identity
    private String begin(String key) throws IOException {
        return call(s3 ->
                        s3.createMultipartUpload(request -> {
                            request.bucket(bucket()).key(key);
                            encryption.beginning(request);
                        }))
                .uploadId();
    }

    private void abort(String key, String upload) throws IOException {
        call(s3 -> s3.abortMultipartUpload(request -> request.bucket(bucket()).key(key).uploadId(upload)));
    }

    private void inParts(Path file, long bytes, String key) throws IOException {
        var upload = begin(key);
        long size = Math.max(PART_BYTES, (bytes + MOST_PARTS - 1) / MOST_PARTS);
        var jobs = new ArrayList<Callable<CompletedPart>>();
        for (long from = 0; from < bytes; from += size) {
            long begin = from;
            int number = jobs.size() + 1;
            long length = Math.min(size, bytes - from);
            jobs.add(() -> part(file, begin, length, key, upload, number));
        }
        try {
            var parts = Together.all(jobs);
            call(s3 ->
                    s3.completeMultipartUpload(request ->
                            request.bucket(bucket())
                                    .key(key)
                                    .uploadId(upload)
                                    .multipartUpload(all -> all.parts(parts))));
        } catch (IOException e) {
            try {
                abort(key, upload);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private CompletedPart part(Path file, long from, long length, String key, String upload, int number)
            throws IOException {
        var body =
                RequestBody.fromContentProvider(
                        () -> new Slice(file, from, length), length, "application/octet-stream");
        return call(s3 -> {
            var answer =
                    s3.uploadPart(
                            request -> {
                                request.bucket(bucket()).key(key).uploadId(upload).partNumber(number);
                                encryption.part(request);
                            },
                            body);
            return CompletedPart.builder().partNumber(number).eTag(answer.eTag()).build();
        });
    }

    @Override
    public void delete(String key) throws IOException {
        call(s3 -> s3.deleteObject(request -> request.bucket(bucket()).key(key)));
    }
}
