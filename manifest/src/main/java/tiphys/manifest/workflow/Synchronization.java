package tiphys.manifest.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tiphys.manifest.Value;

/// `synchronization` of a spec or template: the locks that must be held to run. The singular forms of Argo 3.x mean a list of
/// one.
public record Synchronization(Value.Mapping json) {
    /// A lock as the manifest names it.
    ///
    /// @param mutex whether one may hold it
    /// @param name of the mutex, of the ConfigMap, or the key in the database
    /// @param key of the ConfigMap; empty for others
    /// @param namespace empty for that of the workflow
    public record Lock(boolean mutex, boolean database, String name, String key, String namespace) {}

    /// That of a spec or template; without locks if it has none.
    public static Synchronization in(Value.Mapping owner) {
        return new Synchronization(owner.mapAt("synchronization"));
    }

    /// The locks, semaphores first.
    public List<Lock> locks() {
        var locks = new ArrayList<Lock>();
        both("semaphore", "semaphores").forEach(one -> locks.add(semaphore(one)));
        both("mutex", "mutexes")
                .forEach(one ->
                        locks.add(
                                new Lock(
                                        true,
                                        one.find("database").filter(Value.bool(true)::equals).isPresent(),
                                        one.textAt("name").orElse(""),
                                        "",
                                        one.textAt("namespace").orElse(""))));
        return locks;
    }

    private Stream<Value.Mapping> both(String singular, String plural) {
        return Stream.concat(Views.maps(json, plural), Stream.of(json.mapAt(singular)))
                .filter(one -> !one.fields().isEmpty());
    }

    private static Lock semaphore(Value.Mapping one) {
        var namespace = one.textAt("namespace").orElse("");
        return one.find("database").isPresent()
                ? new Lock(false, true, one.textAt("database", "key").orElse(""), "", namespace)
                : new Lock(
                        false,
                        false,
                        one.textAt("configMapKeyRef", "name").orElse(""),
                        one.textAt("configMapKeyRef", "key").orElse(""),
                        namespace);
    }
}
