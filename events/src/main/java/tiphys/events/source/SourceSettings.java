package tiphys.events.source;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// What a manifest says of one event, read by its [SourceKind]. Equal settings ask for the same; a source whose settings changed is
/// started anew.
public interface SourceSettings {
    /// Texts that every event gets.
    Optional<Value.Mapping> metadata();

    /// The values of Secrets that must be there before the source can start.
    default List<SecretKey> secrets() {
        return List.of();
    }

    /// What no two events of a server may share, in words such as `port 12000/trigger`; empty if there is no such thing.
    default Optional<String> place() {
        return Optional.empty();
    }

    /// What faces show of it beside its address; secrets are not among it.
    default Value.Mapping shown() {
        return Value.Mapping.EMPTY;
    }

    /// One value of a Secret in the EventSource's namespace.
    ///
    /// @param field the manifest's field that names it, as `authSecret`
    record SecretKey(String field, String name, String key) {}
}
