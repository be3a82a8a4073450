package tiphys.connectors.aws;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `sqs`: the messages of a queue of AWS' Simple Queue Service, or of what speaks as it does.
public final class SqsKind extends LineKind<SqsKind.Settings> {
    private static final int WAIT = 3;
    private static final int LONGEST_WAIT = 20;

    private final Duration visibility;
    private final Chain chain;
    private final Optional<URI> sts;

    /// A kind as it is served.
    public SqsKind() {
        this(Duration.ofMinutes(2), Chain.ofThisProcess(), Optional.empty());
    }

    /// @param visibility how long a message that was received is hidden from others
    /// @param chain where credentials are if a manifest names none
    /// @param sts where roles are taken, if not at AWS
    SqsKind(Duration visibility, Chain chain, Optional<URI> sts) {
        super(Settings.class);
        this.visibility = visibility;
        this.chain = chain;
        this.sts = sts;
    }

    /// @param account of the queue, if it is another's
    /// @param waitSeconds how long one request waits for messages
    /// @param deadLetters whether a message that can be no event is left for the queue's dead letters
    record Settings(
            AwsSettings aws,
            String queue,
            String account,
            int waitSeconds,
            boolean jsonBody,
            boolean deadLetters,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return aws.secrets();
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("region", aws.region(), "dlq", deadLetters);
        }

        URI endpoint() {
            return aws.endpoint().orElseGet(() -> aws.of("sqs"));
        }
    }

    @Override
    public String key() {
        return "sqs";
    }

    @Override
    public String claims() {
        return """
        events.SQSEventSource honoured accessKey secretKey sessionToken roleARN region queue queueAccountId waitTimeSeconds jsonBody dlq endpoint metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        int wait = LineFields.number(fields, "waitTimeSeconds", WAIT);
        if (wait > LONGEST_WAIT) {
            fields.invalid("waitTimeSeconds", "must be " + LONGEST_WAIT + " at most, not " + wait);
        }
        return new Settings(
                AwsSettings.read(fields),
                fields.required("queue"),
                fields.text("queueAccountId"),
                wait == 0 ? WAIT : Math.min(wait, LONGEST_WAIT),
                fields.truth("jsonBody"),
                fields.truth("dlq"),
                LineFields.metadata(fields));
    }

    @Override
    protected String addressOf(Settings sqs) {
        return sqs.endpoint() + sqs.queue();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                SqsLine.AT_ONCE,
                LineSource.Memory.THEIRS,
                Backoff.STANDARD,
                () ->
                        SqsLine.dial(
                                settings,
                                new AwsClient(
                                        settings.aws(),
                                        assignment.secrets(),
                                        chain,
                                        sts.orElseGet(() -> settings.aws().of("sts"))),
                                visibility));
    }
}
