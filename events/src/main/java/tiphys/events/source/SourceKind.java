package tiphys.events.source;

import tiphys.manifest.Value;

/// One type of event source: reads what a manifest says of it, and takes its events in. A new type is an implementation of this and
/// nothing else. Safe for every thread.
public interface SourceKind {
    /// The key in an EventSource's spec, `azureEventsHub`.
    String key();

    /// The CloudEvents' type.
    default String type() {
        return key();
    }

    /// What it claims of the fields of its types, as [tiphys.manifest.schema.FieldClaims] reads it; what is not claimed is refused by
    /// name.
    String claims();

    /// Reads one event of a manifest; what is wrong is told to the fields. What could not be read may be anything then.
    SourceSettings read(SourceFields fields);

    /// Whether the field `filter` is an expression over the payload, which is done for every kind alike.
    default boolean filtersByExpression() {
        return true;
    }

    /// Where its events come from, for people: a URL, a schedule, a directory.
    String address(SourceSettings settings);

    /// The payload of a test event that a person sends by hand.
    ///
    /// @param body what the person gave
    default Value sample(SourceSettings settings, Value body) {
        return withMetadata(settings, body);
    }

    /// The payload with the manifest's texts in it; unchanged if there are none, or it is no object.
    static Value withMetadata(SourceSettings settings, Value payload) {
        return payload instanceof Value.Mapping object && settings.metadata().isPresent()
                ? object.with("metadata", settings.metadata().get())
                : payload;
    }

    /// Begins to take events in, behind the checkpoint. Returns at once: what takes long is done elsewhere, and what goes wrong is the
    /// source's state.
    ///
    /// Whatever arrives is handed to the intake, and acknowledged to whoever sent it only when that says that the event is on disk,
    /// with the checkpoint that lies behind it. An arrival that could not be recorded is handed in again, before those that came later
    /// where their order means something.
    Source start(Assignment assignment, Surroundings around);

    /// Starts several sources, of this kind and of others. Kinds whose sources share a place open it once all of them have
    /// started, so that nobody finds the place and misses a source.
    default void together(Runnable starts) {
        starts.run();
    }

    /// Goes on with another assignment for the same event.
    default Source restart(Source before, Assignment assignment, Surroundings around) {
        before.close();
        return start(assignment, around);
    }
}
