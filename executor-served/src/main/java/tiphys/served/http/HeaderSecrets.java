package tiphys.served.http;

import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// Where the Secrets are that headers name.
public interface HeaderSecrets {
    /// A Secret of the order's namespace, as far as the step may read it. May block.
    ///
    /// @throws tiphys.objects.Refusal if it may not or cannot be read
    Optional<Value.Mapping> find(StepOrder order, String name);

    /// Those of this server.
    static HeaderSecrets in(ObjectStore store) {
        return (order, name) ->
                store.get(new ObjectKey(ResourceTypes.SECRET, order.namespace(), name)).map(ApiObject::json);
    }
}
