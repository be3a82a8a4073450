package tiphys.app;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import tiphys.connectors.http.HttpKind;
import tiphys.connectors.log.LogKind;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;

/// The types of triggers that this program has: its own, and those that the connector modules on the class path provide. A connector's
/// foreign client is loaded when one of its triggers fires, not here.
final class EventTriggerKinds {
    private EventTriggerKinds() {}

    /// All of them, at work.
    static TriggerKinds of() {
        var kinds = new ArrayList<TriggerKind>(List.of(new HttpKind(), new LogKind()));
        ServiceLoader.load(TriggerKind.class).forEach(kinds::add);
        return new TriggerKinds(kinds);
    }

    /// All of them, for reading manifests alone: nothing is opened before something fires.
    static TriggerKinds forReading() {
        return of();
    }
}
