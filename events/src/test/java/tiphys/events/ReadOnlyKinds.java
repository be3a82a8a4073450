package tiphys.events;

import java.util.ArrayList;
import java.util.Optional;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Read;
import tiphys.events.webhook.HttpDoor;
import tiphys.events.webhook.Receiver;
import tiphys.events.webhook.WebhookKind;
import tiphys.events.webhook.WebhookSettings;

/// The types of event sources whose rules are in this module, for reading manifests alone.
public final class ReadOnlyKinds {
    public static final SourceKinds ALL = all();

    private ReadOnlyKinds() {}

    /// What an EventSource asks for.
    public static Read<SourceSpec> read(String yaml) {
        return SourceSpec.read(Examples.yaml(yaml), ALL);
    }

    private static SourceKinds all() {
        var kinds = new ArrayList<>(WebhookKind.family(new ShutDoor(), Registrars.NONE));
        kinds.add(new CalendarKind());
        return new SourceKinds(kinds);
    }

    private static final class ShutDoor implements HttpDoor {
        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public Source open(
                Assignment assignment,
                WebhookSettings settings,
                String type,
                Optional<Receiver> receiver,
                Surroundings around) {
            throw new UnsupportedOperationException("nothing listens here");
        }
    }
}
