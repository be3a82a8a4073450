package tiphys.events.action;

import java.io.IOException;
import tiphys.events.spec.Fields;

/// One type of trigger: reads what a manifest says of it, and does it. A new type is an implementation of this and nothing else; those of
/// connector modules are found by `ServiceLoader`, so they have a constructor without parameters and load no foreign client before
/// something fires. Safe for every thread.
public interface TriggerKind {
    /// The key in a trigger's template, `awsLambda`.
    String key();

    /// What it claims of the fields of its types, as [tiphys.manifest.schema.FieldClaims] reads it; what is not claimed is refused by
    /// name. Types that several kinds share, as `events.TLSConfig`, are claimed by [TriggerKinds].
    String claims();

    /// Checks the block of a manifest; what is wrong is told to the fields. Asked again when parameters were put in. `parameters`,
    /// `payload` and `dynamicHeaders` are read for every kind alike.
    void check(Fields block);

    /// What [Request#payload] is.
    default Content content() {
        return Content.PAYLOAD;
    }

    /// Whether a parameter of the payload may have no `dest`: its value is the whole payload then.
    default boolean takesWholePayload() {
        return false;
    }

    /// What a kind is given to send.
    enum Content {
        /// What the block's `payload` makes: a JSON object; empty if it has none.
        PAYLOAD,
        /// The events themselves: a JSON object from dependency to `{"context", "data"}`.
        EVENTS,
        /// The object of the block's `source`, into which `parameters` go instead of the block: as JSON, or empty if it must be fetched, see
        /// [Request#puts].
        OBJECT,
        /// What the block's `payload` makes, as [#PAYLOAD]; `parameters` go into an object that the kind has to get first, see [Request#puts].
        FETCHED,
        /// Nothing.
        NOTHING
    }

    /// Does what a recorded firing asks for; returns when the far side has taken it. Blocks; has a bounded wait of its own and ends at
    /// once when its thread is interrupted.
    ///
    /// The same firing may come again, with a higher attempt or after the process died: [Firing#id] goes to the far side as the key of
    /// idempotency wherever it takes one.
    ///
    /// @throws IOException if the far side could not be reached or broke off: it is tried again
    /// @throws TriggerFailed if the far side, or what the manifest asks for, stands against it
    Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed;
}
