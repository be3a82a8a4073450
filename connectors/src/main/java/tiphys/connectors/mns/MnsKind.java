package tiphys.connectors.mns;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `mns`: the messages of one queue.
public final class MnsKind extends LineKind<MnsKind.Settings> {
    private final int waitSeconds;

    /// A kind as it is served.
    public MnsKind() {
        this(10);
    }

    /// @param waitSeconds how long one request waits for messages
    MnsKind(int waitSeconds) {
        super(Settings.class);
        this.waitSeconds = waitSeconds;
    }

    /// @param endpoint of the account in a region, without a slash at its end
    record Settings(URI endpoint, String queue, SecretKey accessKey, SecretKey secretKey) implements SourceSettings {
        /// The type has none.
        @Override
        public Optional<Value.Mapping> metadata() {
            return Optional.empty();
        }

        @Override
        public List<SecretKey> secrets() {
            return List.of(accessKey, secretKey);
        }
    }

    @Override
    public String key() {
        return "mns";
    }

    @Override
    public String claims() {
        return """
        events.MNSEventSource honoured accessKey secretKey queue endpoint filter
        events.MNSEventSource ignored jsonBody : it has no effect in Argo Events either
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var queue = fields.required("queue");
        if (!queue.isEmpty() && !queue.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,254}")) {
            fields.invalid("queue", "must be a queue's name, not \"" + queue + "\"");
            queue = "";
        }
        return new Settings(
                endpoint(fields), queue, Secrets.required(fields, "accessKey"), Secrets.required(fields, "secretKey"));
    }

    private static URI endpoint(Fields fields) {
        var text = fields.required("endpoint");
        if (!text.isEmpty() && !text.matches("https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?/?")) {
            fields.invalid(
                    "endpoint",
                    "must be a URL such as https://1234.mns.eu-central-1.aliyuncs.com, not \"" + text + "\"");
            return URI.create("http://localhost");
        }
        return URI.create(text.isEmpty() ? "http://localhost" : text.replaceFirst("/$", ""));
    }

    @Override
    protected String addressOf(Settings mns) {
        return mns.endpoint() + "/queues/" + mns.queue();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                MnsLine.AT_ONCE,
                LineSource.Memory.THEIRS,
                Backoff.STANDARD,
                () -> MnsLine.dial(settings, assignment.secrets(), waitSeconds));
    }
}
