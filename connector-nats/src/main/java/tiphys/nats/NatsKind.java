package tiphys.nats;

import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// The type `nats`: messages of a subject. NATS keeps none of them, so what is sent while nobody listens is not told; with the annotation
/// [NatsSettings#CONSUMER] they are taken out of JetStream instead, which does.
///
/// This class and [NatsSettings] are loaded with the program; the client is when the first source starts.
public final class NatsKind implements SourceKind {
    @Override
    public String key() {
        return "nats";
    }

    @Override
    public String claims() {
        return """
        events.NATSEventsSource honoured url subject queue connectionBackoff jsonBody tls auth metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return NatsSettings.read(event);
    }

    @Override
    public String address(SourceSettings settings) {
        var nats = (NatsSettings) settings;
        return "%s/%s".formatted(nats.url(), nats.subject())
                + nats.queue().map(queue -> " in queue " + queue).orElse("")
                + nats.consumer().map(name -> " as consumer " + name).orElse("");
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        return new NatsSource(assignment, around).start();
    }
}
