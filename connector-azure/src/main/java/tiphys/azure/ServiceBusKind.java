package tiphys.azure;

import java.time.Duration;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// The type `azureServiceBus`: the messages of a queue, or of a subscription to a topic.
///
/// This class and [ServiceBusSettings] are loaded with the program; Microsoft's client is when the first source starts.
public final class ServiceBusKind extends LineKind<ServiceBusSettings> {
    private final Duration idle;
    private final Backoff backoff;

    /// A kind as it is served.
    public ServiceBusKind() {
        this(Duration.ofMinutes(1), Backoff.STANDARD);
    }

    /// @param idle a link that held for so long and ends then is made again without a word
    /// @param backoff the pauses between tries to connect
    ServiceBusKind(Duration idle, Backoff backoff) {
        super(ServiceBusSettings.class);
        this.idle = idle;
        this.backoff = backoff;
    }

    @Override
    public String key() {
        return "azureServiceBus";
    }

    @Override
    public String claims() {
        return """
        events.AzureServiceBusEventSource honoured queueName topicName subscriptionName jsonBody metadata filter
        events.AzureServiceBusEventSource emulated connectionString : Azure itself was not asked, but a double of it behind Microsoft's client
        events.AzureServiceBusEventSource emulated deferDelete : a message is always deleted only after it has been recorded
        events.AzureServiceBusEventSource ignored fullyQualifiedNamespace : a connectionString counts before it; without one it is refused, for no login by Entra ID is made
        events.AzureServiceBusEventSource refused tls : Microsoft's client believes whom the JDK believes, and asks for no other certificate
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return ServiceBusSettings.read(event);
    }

    @Override
    protected String addressOf(ServiceBusSettings settings) {
        return "servicebus " + settings.entity();
    }

    @Override
    protected LineSource.Plan plan(ServiceBusSettings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                ServiceBusLine.AT_ONCE,
                LineSource.Memory.THEIRS,
                backoff,
                () -> ServiceBusLine.dial(settings, assignment.secrets(), idle));
    }
}
