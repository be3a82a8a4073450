package tiphys.connectors.azure;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Codes;
import tiphys.manifest.Value;

/// The type `azureQueueStorage`: the messages of a queue of an account of Azure Storage.
public final class QueueStorageKind extends LineKind<QueueStorageKind.Settings> {
    private static final int WAIT = 3;
    private static final String NAME = "[a-z0-9](?:-?[a-z0-9]){2,62}";

    private final Duration visibility;
    private final Backoff backoff;

    /// A kind as it is served.
    public QueueStorageKind() {
        this(Duration.ofMinutes(2), Backoff.STANDARD);
    }

    /// @param visibility how long a message that was received is hidden from others
    /// @param backoff the pauses between tries to connect
    QueueStorageKind(Duration visibility, Backoff backoff) {
        super(Settings.class);
        this.visibility = visibility;
        this.backoff = backoff;
    }

    /// @param connection the Secret with the connection string
    /// @param encoded whether the messages are base64
    /// @param deadLetters whether a message that can be no event is left where it is
    /// @param waitSeconds the pause when there was nothing
    record Settings(
            SecretKey connection,
            String queue,
            boolean jsonBody,
            boolean encoded,
            boolean deadLetters,
            int waitSeconds,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return List.of(connection);
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("queue", queue, "dlq", deadLetters);
        }
    }

    @Override
    public String key() {
        return "azureQueueStorage";
    }

    @Override
    public String claims() {
        return """
        events.AzureQueueStorageEventSource honoured connectionString queueName jsonBody dlq decodeMessage waitTimeInSeconds metadata filter
        events.AzureQueueStorageEventSource ignored storageAccountName : a connectionString counts before it; without one it is refused, for no login by Entra ID is made
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var queue = fields.required("queueName");
        if (!queue.isEmpty() && !queue.matches(NAME)) {
            fields.invalid(
                    "queueName", "must be 3 to 63 small letters, digits and single dashes, not \"" + queue + "\"");
        }
        boolean byLogin = fields.has("storageAccountName") && !fields.has("connectionString");
        if (byLogin) {
            fields.error(
                    Codes.UNSUPPORTED,
                    "storageAccountName",
                    fields.path("storageAccountName")
                            + " without a connectionString asks for a login by Entra ID, which is not supported by this version; "
                            + "give a connectionString");
        }
        return new Settings(
                byLogin
                        ? new SourceSettings.SecretKey(fields.path("connectionString"), "", "")
                        : Secrets.required(fields, "connectionString"),
                queue,
                fields.truth("jsonBody"),
                fields.truth("decodeMessage"),
                fields.truth("dlq"),
                LineFields.number(fields, "waitTimeInSeconds", WAIT),
                LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings settings) {
        return "azure queue " + settings.queue();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                QueueStorageLine.AT_ONCE,
                LineSource.Memory.THEIRS,
                backoff,
                () -> QueueStorageLine.dial(settings, assignment.secrets(), visibility));
    }
}
