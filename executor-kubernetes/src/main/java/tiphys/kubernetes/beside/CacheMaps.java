package tiphys.kubernetes.beside;

import java.io.IOException;
import tiphys.engine.Memos;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Patience;
import tiphys.manifest.Value;

/// Results that steps leave for others, in ConfigMaps of the cluster as Argo keeps them. An entry is a merge patch of its key alone, so
/// that whoever else writes into the same ConfigMap at that moment loses nothing.
public final class CacheMaps implements Memos {
    private static final int TRIES = 3;

    private final ApiClient client;

    public CacheMaps(ApiClient client) {
        this.client = client;
    }

    @Override
    public void keep(String namespace, String cache, String key, String entry) throws IOException {
        var collection = "/api/v1/namespaces/" + namespace + "/configmaps";
        var data = Value.object("data", Value.Mapping.EMPTY.with(key, entry));
        Answer answer = null;
        for (int i = 0; i < TRIES; i++) {
            answer = Patience.ask(() -> client.patch(collection + "/" + cache, data));
            if (answer.code() == 404) {
                answer = Patience.ask(() -> client.create(collection, made(cache, data)));
            }
            if (answer.done()) {
                return;
            }
            if (!answer.reason().equals("AlreadyExists") && answer.code() != 404) {
                break;
            }
        }
        throw new IOException(answer == null ? "" : answer.message());
    }

    private static Value.Mapping made(String cache, Value.Mapping data) {
        return Value.object(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Value.object("name", cache, "labels", Value.object("workflows.argoproj.io/configmap-type", "Cache")),
                "data",
                data.mapAt("data"));
    }
}
