package tiphys.events.hook;

import java.util.Optional;

/// Who registers hooks, by the type of sender.
@FunctionalInterface
public interface Registrars {
    /// Nobody does: for reading manifests alone.
    Registrars NONE = _ -> Optional.empty();

    /// @param sender the key of the type of event source
    Optional<Registrar> of(String sender);
}
