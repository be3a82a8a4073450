package tiphys.engine.lock;

/// A lock's full name.
///
/// @param kind what it is, and where its limit is kept
/// @param name the mutex, the ConfigMap, or the key in the database
/// @param key the ConfigMap's key; empty for others
public record LockName(Kind kind, String namespace, String name, String key) {
    /// What a lock is.
    public enum Kind {
        /// One may hold it.
        MUTEX,
        /// As many may hold it as a ConfigMap's key says.
        CONFIG_MAP,
        /// A mutex that is kept in the database.
        DATABASE_MUTEX,
        /// As many may hold it as the database says.
        DATABASE
    }

    /// Whether it is a mutex.
    public boolean mutex() {
        return kind == Kind.MUTEX || kind == Kind.DATABASE_MUTEX;
    }

    /// The name as Argo writes it: `ns/Mutex/name`, `ns/ConfigMap/name/key`, `ns/Database/name`.
    public String text() {
        return switch (kind) {
            case MUTEX -> namespace + "/Mutex/" + name;
            case CONFIG_MAP -> namespace + "/ConfigMap/" + name + "/" + key;
            case DATABASE, DATABASE_MUTEX -> namespace + "/Database/" + name;
        };
    }
}
