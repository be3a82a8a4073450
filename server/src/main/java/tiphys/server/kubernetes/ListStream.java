package tiphys.server.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import tiphys.manifest.Json;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;

/// The answer of one list, sent part by part. Belongs to its request's thread.
final class ListStream {
    private final KubernetesCall call;
    private final ResourceType type;
    private final Rendering rendering;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private boolean first = true;

    /// @param version at which the list is true
    ListStream(KubernetesCall call, ResourceType type, Rendering rendering, long version) {
        this.call = call;
        this.type = type;
        this.rendering = rendering;
        call.begin("application/json");
        var frame = rendering.list(type, new Objects.Page(version, List.of(), "", 0)).without(rendering.items());
        var open = Json.bytes(frame);
        part.write(open, 0, open.length - 1);
        part.writeBytes((",\"" + rendering.items() + "\":[").getBytes(UTF_8));
    }

    /// Sends objects; returns when the connection took them.
    void send(List<ApiObject> objects) throws IOException {
        for (var item : rendering.list(type, new Objects.Page(0, objects, "", 0)).listAt(rendering.items())) {
            if (!first) {
                part.write(',');
            }
            first = false;
            part.writeBytes(Json.bytes(item));
        }
        call.send(part.toByteArray());
        part.reset();
    }

    /// Sends the end.
    void end() throws IOException {
        call.send("]}".getBytes(UTF_8));
        call.end();
    }
}
