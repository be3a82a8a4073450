package tiphys.events;

import java.util.List;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Read;
import tiphys.events.webhook.WebhookKind;

/// The types of event sources whose rules are in this module, for reading manifests alone.
public final class ReadOnlyKinds {
    public static final SourceKinds ALL =
            new SourceKinds(
                    List.of(
                            new CalendarKind(),
                            new WebhookKind() {
                                @Override
                                protected String host() {
                                    return "localhost";
                                }

                                @Override
                                public Source start(Assignment assignment, Surroundings around) {
                                    throw new UnsupportedOperationException("nothing listens here");
                                }
                            }));

    private ReadOnlyKinds() {}

    /// What an EventSource asks for.
    public static Read<SourceSpec> read(String yaml) {
        return SourceSpec.read(Examples.yaml(yaml), ALL);
    }
}
