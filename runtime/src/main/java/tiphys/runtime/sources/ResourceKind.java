package tiphys.runtime.sources;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.objects.ObjectStore;

/// The type `resource`: changes of this server's own objects. It knows how far it came, so that a restart tells neither what was told nor
/// leaves out what happened meanwhile. The EventSource's service account must be allowed to watch the objects.
public final class ResourceKind implements SourceKind {
    private final Supplier<ObjectStore> store;
    private final List<ResourceSource> running = new CopyOnWriteArrayList<>();
    private final AtomicBoolean listens = new AtomicBoolean();

    /// @param store asked for when the first source starts
    public ResourceKind(Supplier<ObjectStore> store) {
        this.store = store;
    }

    @Override
    public String key() {
        return "resource";
    }

    @Override
    public String claims() {
        return """
        events.ResourceEventSource honoured namespace filter eventTypes metadata
        meta.GroupVersionResource honoured group version resource
        events.ResourceFilter honoured prefix labels fields createdBy afterStart
        events.Selector honoured key operation value
        """;
    }

    @Override
    public boolean filtersByExpression() {
        return false;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return ResourceSettings.read(event.fields());
    }

    @Override
    public String address(SourceSettings settings) {
        var resource = (ResourceSettings) settings;
        return resource.type().groupResource()
                + (resource.namespace().isEmpty() ? " everywhere" : " in " + resource.namespace());
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        if (listens.compareAndSet(false, true)) {
            store.get().onChange(_ -> running.forEach(ResourceSource::news));
        }
        var source = new ResourceSource(store.get(), assignment, around, running::remove);
        running.add(source);
        source.start();
        return source;
    }
}
