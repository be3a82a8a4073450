package tiphys.events.sensor;

import java.util.List;
import java.util.Optional;
import tiphys.events.action.TriggerKinds;

/// A Sensor object.
///
/// @param serviceAccount in whose name triggers act; `default` if the manifest names none
/// @param kinds the types of triggers by which it was read
/// @param generation of the object; tells two revisions of the spec apart
public record SensorSpec(
        String namespace,
        String name,
        String uid,
        long generation,
        String bus,
        String serviceAccount,
        List<Dependency> dependencies,
        List<TriggerSpec> triggers,
        TriggerKinds kinds) {
    public SensorSpec {
        dependencies = List.copyOf(dependencies);
        triggers = List.copyOf(triggers);
    }

    /// The trigger of that name.
    public Optional<TriggerSpec> trigger(String trigger) {
        return triggers.stream().filter(one -> one.name().equals(trigger)).findFirst();
    }
}
