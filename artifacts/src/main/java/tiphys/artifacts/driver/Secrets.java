package tiphys.artifacts.driver;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// The Secrets that places name their credentials by. Safe for every thread.
@FunctionalInterface
public interface Secrets {
    /// The bytes of a Secret's key; empty if there is no such key.
    Optional<byte[]> find(String namespace, String name, String key);

    /// What a field of a place names; empty if the place has no such field.
    ///
    /// @param field of kind `{name, key}`
    /// @throws Trouble if the Secret or its key is not there
    default Optional<byte[]> of(Place place, String field) throws Trouble {
        return of(place.namespace(), place.fields().mapAt(field));
    }

    /// As the other one, of the reference itself.
    default Optional<byte[]> of(String namespace, Value.Mapping reference) throws Trouble {
        var name = reference.textAt("name").orElse("");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var key = reference.textAt("key").orElse("");
        var found = find(namespace, name, key);
        if (found.isEmpty()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED, "couldn't find key " + key + " in Secret " + namespace + "/" + name);
        }
        return found;
    }

    /// As text, without the end of a line.
    default Optional<String> text(Place place, String field) throws Trouble {
        return of(place, field).map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
    }
}
