package tiphys.azure;

import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// The type `azureEventsHub`: the events of all partitions of a hub, from where the journal says.
///
/// This class and [EventHubSettings] are loaded with the program; Microsoft's client is when the first source starts.
public final class EventHubKind extends LineKind<EventHubSettings> {
    private final Backoff backoff;

    /// A kind as it is served.
    public EventHubKind() {
        this(Backoff.STANDARD);
    }

    /// @param backoff the pauses between tries to connect
    EventHubKind(Backoff backoff) {
        super(EventHubSettings.class);
        this.backoff = backoff;
    }

    @Override
    public String key() {
        return "azureEventsHub";
    }

    @Override
    public String claims() {
        return """
        events.AzureEventsHubEventSource honoured hubName metadata filter
        events.AzureEventsHubEventSource emulated fqdn sharedAccessKeyName sharedAccessKey : Azure itself was not asked, but a double of it behind Microsoft's client
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return EventHubSettings.read(event);
    }

    @Override
    protected String addressOf(EventHubSettings settings) {
        return "eventhub " + settings.hub();
    }

    @Override
    protected LineSource.Plan plan(EventHubSettings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                EventHubLine.MOST,
                LineSource.Memory.THEIRS,
                backoff,
                () -> EventHubLine.dial(settings, assignment.secrets(), around));
    }
}
