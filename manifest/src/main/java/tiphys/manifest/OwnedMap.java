package tiphys.manifest;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

/// A map that whoever filled it has given away and does not touch any more, so that [Value.Mapping] need not copy it.
final class OwnedMap<V> extends LinkedHashMap<String, V> {
    @Serial private static final long serialVersionUID = 1;

    OwnedMap() {}

    OwnedMap(Map<String, ? extends V> copied) {
        super(copied);
    }
}
