package tiphys.served;

import java.util.Map;
import java.util.function.Supplier;
import tiphys.engine.Artifacts;
import tiphys.manifest.workflow.Template;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.served.data.DataLeaf;
import tiphys.served.http.Asking;
import tiphys.served.http.Exchange;
import tiphys.served.http.HeaderSecrets;
import tiphys.served.http.HttpLeaf;
import tiphys.served.leaf.Leaf;
import tiphys.served.plugin.PluginLeaf;
import tiphys.served.resource.OwnApi;
import tiphys.served.resource.ResourceApi;
import tiphys.served.resource.ResourceLeaf;

/// The kinds of step that the server does itself.
public final class Served {
    /// How many of them are done at the same time. What waits for an object's condition counts no longer.
    public static final int AT_ONCE = 512;

    private Served() {}

    /// Each kind by the type of its template.
    ///
    /// @param objects the face that acts as admin; asked for when the first step needs it
    /// @param environment of this process, for proxies and certificates
    public static Map<Template.Type, Leaf> leaves(
            ObjectStore store,
            Supplier<? extends Objects> objects,
            Artifacts artifacts,
            Map<String, String> environment) {
        var exchange = new Exchange(environment);
        return Map.of(
                Template.Type.DATA, new DataLeaf(artifacts),
                Template.Type.HTTP, new HttpLeaf(exchange, HeaderSecrets.in(store)),
                Template.Type.PLUGIN, new PluginLeaf(new Asking(exchange), store),
                Template.Type.RESOURCE, new ResourceLeaf(new OwnApi(objects, store)));
    }

    /// The kinds that can be done for steps of a cluster; plugins are programs beside Argo's agent there.
    ///
    /// @param environment of this process, for proxies and certificates
    public static Map<Template.Type, Leaf> leaves(
            ResourceApi api, HeaderSecrets secrets, Artifacts artifacts, Map<String, String> environment) {
        return Map.of(
                Template.Type.DATA, new DataLeaf(artifacts),
                Template.Type.HTTP, new HttpLeaf(new Exchange(environment), secrets),
                Template.Type.RESOURCE, new ResourceLeaf(api));
    }
}
