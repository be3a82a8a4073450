package tiphys.azure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Secrets;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `azureServiceBus`: a message to a queue or a topic, done when Service Bus says that it has it. The firing's id is the message's,
/// by which a queue that looks for duplicates takes a message that was sent twice once.
///
/// This class is loaded with the program; Microsoft's client is when something fires first.
public final class ServiceBusTrigger implements TriggerKind {
    private final Duration trying;
    private @Nullable ServiceBusSenders senders;

    /// A kind as it is served.
    public ServiceBusTrigger() {
        this(Duration.ofSeconds(10));
    }

    /// @param trying for how long one step of a connection is waited
    ServiceBusTrigger(Duration trying) {
        this.trying = trying;
    }

    @Override
    public String key() {
        return "azureServiceBus";
    }

    @Override
    public String claims() {
        return """
        events.AzureServiceBusTrigger honoured queueName topicName payload parameters
        events.AzureServiceBusTrigger emulated connectionString : Azure itself was not asked, but a double of it behind Microsoft's client
        events.AzureServiceBusTrigger ignored subscriptionName : Argo Events does not look at it either
        events.AzureServiceBusTrigger refused tls : Microsoft's client believes whom the JDK believes, and asks for no other certificate
        """;
    }

    @Override
    public void check(Fields block) {
        var _ = Secrets.required(block, "connectionString");
        if (entity(block).isEmpty()) {
            block.error(Codes.MISSING, "queueName", block.path() + " needs a queueName or a topicName");
        }
        if (!block.has("payload")) {
            block.error(Codes.MISSING, "payload", block.path("payload") + " is required, but it is not there");
        }
    }

    /// A queue counts before a topic.
    private static String entity(Fields block) {
        var queue = block.text("queueName");
        return queue.isEmpty() ? block.text("topicName") : queue;
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var fields = new Fields(request.block(), "azureServiceBus", new ArrayList<>());
        var key = Secrets.required(fields, "connectionString");
        var secret = request.secret(Value.object("name", key.name(), "key", key.key()), key.field());
        var target = new ServiceBusSenders.Target(ConnectionString.read(key.field(), secret), entity(fields));
        return senders().send(target, firing.id(), request.payload());
    }

    private synchronized ServiceBusSenders senders() {
        var there = senders;
        if (there == null) {
            there = new ServiceBusSenders(trying);
            senders = there;
        }
        return there;
    }
}
