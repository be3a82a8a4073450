package tiphys.runtime.events;

import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.StreamName;

/// Which trigger: of which sensor object, by its uid, so that a sensor that was deleted and made again is another.
public record TriggerName(String namespace, String sensor, String sensorUid, String trigger) {
    /// The trigger's stream.
    public StreamName stream() {
        return new StreamName(TriggerFacts.KIND, namespace + "/" + sensorUid + "/" + trigger);
    }

    String consumer() {
        return stream().toString();
    }

    /// `sensor/trigger`, as people know it.
    @Override
    public String toString() {
        return sensor + "/" + trigger;
    }
}
