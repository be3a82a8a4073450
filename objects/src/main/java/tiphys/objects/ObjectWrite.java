package tiphys.objects;

import java.util.OptionalLong;
import tiphys.journal.Write;

/// A change of one object inside a [tiphys.journal.Transaction]. The committer stamps `metadata.resourceVersion` with the
/// transaction's version.
public sealed interface ObjectWrite extends Write {

    /// Stores a new object, complete but for its version. [tiphys.journal.Conflict] if the name is taken.
    record Create(ApiObject object) implements ObjectWrite {}

    /// Replaces an object's metadata and spec (and its status with it). [tiphys.journal.Conflict] if it is gone, has
    /// another uid, was changed in spec or metadata after `ifVersion`, or was changed at all, in its status too, after
    /// `asRead`.
    ///
    /// @param ifVersion what a user demands
    /// @param asRead the version that was read to make this object, so that no status written meanwhile is lost
    record Update(ApiObject object, OptionalLong ifVersion, OptionalLong asRead) implements ObjectWrite {
        public Update(ApiObject object, OptionalLong ifVersion) {
            this(object, ifVersion, OptionalLong.empty());
        }
    }

    /// Replaces the status alone: no precondition of another writer is broken by it. Without effect if the object is gone
    /// or has another uid. Labels are merged in; a null removes one.
    record Status(ObjectKey key, String uid, tiphys.manifest.Value.Mapping status, tiphys.manifest.Value.Mapping labels)
            implements ObjectWrite {}

    /// Puts texts under keys of a ConfigMap's `data`, over what is there at that moment, so that no two writers lose what the
    /// other wrote; labels are merged in. Makes the ConfigMap if there is none.
    ///
    /// @param ifAbsent the ConfigMap to be made, without data
    record Data(ApiObject ifAbsent, java.util.Map<String, String> data) implements ObjectWrite {
        public Data {
            data = java.util.Map.copyOf(data);
        }
    }

    /// Demands that an object still is as it was read, and changes nothing: what was decided from it would be wrong
    /// otherwise. [tiphys.journal.Conflict] if it is gone, has another uid, or was changed at all.
    ///
    /// @param version the version that was read
    record Unchanged(ObjectKey key, String uid, long version) implements ObjectWrite {}

    /// Removes an object and leaves a tombstone. Without effect if it is gone or has another uid.
    record Delete(ObjectKey key, String uid) implements ObjectWrite {}
}
