package tiphys.objects;

/// One step in an object's life, as watchers see it.
///
/// @param version the commit's version; a deleted object carries it as its resourceVersion
/// @param object the object as it is after the change, or as it last was if it was deleted
public record ObjectChange(long version, Type type, ApiObject object) {
    /// What happened.
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
