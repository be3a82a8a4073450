package tiphys.server.api;

import java.util.List;
import tiphys.manifest.Value;

/// Which programs of the host stand for images; made by whoever runs steps. See docs/api.md for the JSON.
public interface HostImages {
    /// The rules that hold for the Workflows of a namespace, those that count first before the others.
    List<Value> rules(String namespace);

    /// What stands for an image there.
    Value check(String namespace, String image);
}
