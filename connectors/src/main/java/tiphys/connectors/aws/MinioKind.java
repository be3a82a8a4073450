package tiphys.connectors.aws;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `minio`: what happens to the objects of a bucket, as MinIO's servers tell it to whoever listens.
public final class MinioKind extends LineKind<MinioKind.Settings> {
    private static final int WAITING = 1_000;
    private static final String REGION = "us-east-1";

    /// @param tls empty if the server is reached without
    record Settings(
            HostPort server,
            Optional<TlsSettings> tls,
            String region,
            String bucket,
            List<String> events,
            String prefix,
            String suffix,
            Optional<SecretKey> accessKey,
            Optional<SecretKey> secretKey,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        Settings {
            events = List.copyOf(events);
        }

        @Override
        public List<SecretKey> secrets() {
            return Stream.concat(
                            Stream.of(accessKey, secretKey).flatMap(Optional::stream),
                            tls.map(TlsSettings::secrets).orElse(List.of()).stream())
                    .toList();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("events", events, "prefix", prefix, "suffix", suffix, "tls", tls.isPresent());
        }

        URI uri() {
            return URI.create((tls.isPresent() ? "https://" : "http://") + server + "/" + bucket);
        }
    }

    /// Found by its name as a service.
    public MinioKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "minio";
    }

    @Override
    public String claims() {
        return """
        events.S3Artifact honoured endpoint bucket region insecure accessKey secretKey caCertificate
        events.S3Artifact emulated events filter metadata : as event sources, which are not run against the real thing
        events.S3Bucket honoured name key
        events.S3Filter honoured prefix suffix
        """;
    }

    /// Its `filter` is one of names.
    @Override
    public boolean filtersByExpression() {
        return false;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        boolean secure = !fields.truth("insecure");
        var bucket = fields.at("bucket").required("name");
        if (!bucket.isEmpty() && !bucket.matches("[A-Za-z0-9][A-Za-z0-9.-]{1,62}")) {
            fields.at("bucket").invalid("name", "must be a bucket's name, not \"" + bucket + "\"");
        }
        var events = fields.texts("events");
        var filter = fields.at("filter");
        var region = fields.text("region");
        return new Settings(
                HostPort.read(fields, "endpoint", secure ? 443 : 80),
                secure ? Optional.of(tls(fields)) : Optional.empty(),
                region.isEmpty() ? REGION : region,
                bucket,
                events,
                filter.text("prefix"),
                filter.text("suffix"),
                required(fields, "accessKey"),
                required(fields, "secretKey"),
                LineFields.metadata(fields));
    }

    private static TlsSettings tls(Fields fields) {
        return new TlsSettings(Secrets.optional(fields, "caCertificate"), Optional.empty(), Optional.empty(), true);
    }

    private static Optional<SourceSettings.SecretKey> required(Fields fields, String field) {
        if (!fields.has(field)) {
            fields.required(field);
        }
        return Secrets.optional(fields, field);
    }

    @Override
    protected String addressOf(Settings settings) {
        return settings.uri().toString();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                WAITING,
                LineSource.Memory.OURS,
                Backoff.STANDARD,
                () -> MinioLine.dial(settings, assignment.secrets()));
    }
}
