package tiphys.objects;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// The API's objects as faces (HTTP, `apply -f`, submit) read and change them: admission, patches, preconditions and
/// cascades included. A write has returned when it is on disk. Safe for every thread; may block.
///
/// Every method throws [Refusal] for what Kubernetes would answer with a `Status`, and
/// [tiphys.journal.StoreUnavailable] when the store cannot write.
public interface Objects extends ObjectAccess {
    /// How unknown and duplicate fields are dealt with, as the query parameter `fieldValidation` says.
    enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    /// How a write is meant.
    ///
    /// @param dryRun checked and answered, not stored
    record Mode(boolean dryRun, FieldValidation fields) {
        public static final Mode PLAIN = new Mode(false, FieldValidation.WARN);
    }

    /// What a write led to.
    ///
    /// @param created whether the object is new
    /// @param warnings for the `Warning` header
    record Written(ApiObject object, boolean created, List<String> warnings) {}

    /// A change of an object.
    sealed interface Patch {
        /// RFC 7386.
        record Merge(Value patch) implements Patch {}

        /// RFC 6902.
        record Json(Value patch) implements Patch {}

        /// Kubernetes' merge with merge keys; for the Argo kinds it is refused as a custom resource refuses it (415).
        record Strategic(Value patch) implements Patch {}

        /// Server-side apply: merged in, created if it is not there.
        record Apply(Value object) implements Patch {}
    }

    /// Preconditions of a deletion; an empty one holds always.
    record Precondition(Optional<String> uid, Optional<Long> resourceVersion) {
        public static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty());
    }

    /// One page of a list.
    ///
    /// @param version the version of the first page, which all pages carry
    /// @param next the continue token; empty on the last page
    record Page(long version, List<ApiObject> objects, String next, long remaining) {}

    /// The same objects in the name of a user such as `system:serviceaccount:NAMESPACE:NAME`: what its roles and bindings do
    /// not allow is a [Refusal] with 403 and Kubernetes' Forbidden text. The face itself acts as admin.
    Objects as(String user);

    /// What a creation would store.
    ///
    /// @param object complete but for its version
    /// @param writes for one transaction; the object's own is among them
    record Planned(ApiObject object, List<ObjectWrite> writes) {}

    /// Checks a new object as [#create] does and stores nothing: for callers who store it in one transaction with
    /// something of their own. That transaction is refused with [tiphys.journal.Conflict] if the name is taken or the
    /// object's namespace was changed meanwhile; then [#create] says what is the matter. Not for namespaces, roles and
    /// bindings, whose creation does more.
    Planned plan(ApiObject object);

    /// Deletes every object that matches, a page after the other.
    void deleteAll(ResourceType type, Optional<String> namespace, Selector selector, Mode mode);
}
