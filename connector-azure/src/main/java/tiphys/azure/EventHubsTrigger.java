package tiphys.azure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `azureEventHubs`: an event to a hub, done when Azure says that it has it. The firing's id is the event's, by which whoever reads
/// knows one that was sent twice; a hub does not look at it.
///
/// This class is loaded with the program; Microsoft's client is when something fires first.
public final class EventHubsTrigger implements TriggerKind {
    private final Duration trying;
    private @Nullable EventHubProducers producers;

    /// A kind as it is served.
    public EventHubsTrigger() {
        this(Duration.ofSeconds(10));
    }

    /// @param trying for how long one step of a connection is waited
    EventHubsTrigger(Duration trying) {
        this.trying = trying;
    }

    @Override
    public String key() {
        return "azureEventHubs";
    }

    @Override
    public String claims() {
        return """
        events.AzureEventHubsTrigger honoured hubName payload parameters
        events.AzureEventHubsTrigger emulated fqdn sharedAccessKeyName sharedAccessKey : Azure itself was not asked, but a double of it behind Microsoft's client
        """;
    }

    @Override
    public void check(Fields block) {
        EventHubSettings.Hub.read(block);
        if (!block.has("payload")) {
            block.error(Codes.MISSING, "payload", block.path("payload") + " is required, but it is not there");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var hub = EventHubSettings.Hub.read(new Fields(request.block(), "azureEventHubs", new ArrayList<>()));
        var secrets = new HashMap<SecretKey, String>();
        for (var key : hub.secrets()) {
            secrets.put(key, request.secret(Value.object("name", key.name(), "key", key.key()), key.field()));
        }
        var connection = hub.connection(key -> secrets.getOrDefault(key, ""));
        return producers()
                .send(new EventHubProducers.Target(connection, hub.toString()), firing.id(), request.payload());
    }

    private synchronized EventHubProducers producers() {
        var there = producers;
        if (there == null) {
            there = new EventHubProducers(trying);
            producers = there;
        }
        return there;
    }
}
