package tiphys.runtime.settings;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tiphys.engine.lock.TurnLimits.Limits;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.StoredPages;

/// Which settings hold where: a namespace has those of the ConfigMap `workflow-controller-configmap` in it, else those in `argo`, where
/// Argo's controller is installed. What one ConfigMap says holds for all namespaces together that have none of their own. Safe
/// for every thread.
public final class Controllers {
    /// The name of the ConfigMap.
    public static final String NAME = "workflow-controller-configmap";

    private static final Logger LOG = System.getLogger(Controllers.class.getName());

    /// The namespace of the controller, as Argo is installed.
    private static final String USUAL = "argo";

    /// A label of a Namespace that says more than `namespaceParallelism`.
    private static final String LIMIT = "workflows.argoproj.io/parallelism-limit";

    private final ObjectStore objects;
    private final Map<String, Read> read = new ConcurrentHashMap<>();
    private final Map<String, ControllerSettings> lately = new ConcurrentHashMap<>();
    private final Map<String, Integer> limits = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public Controllers(ObjectStore objects) {
        this.objects = objects;
    }

    /// A ConfigMap as it was read, by its uid and version.
    private record Read(String version, ControllerSettings settings) {}

    /// Looks at what is there. Blocks until that is done.
    ///
    /// @throws StoreUnavailable if it cannot be read
    public void start() {
        StoredPages.each(objects, ResourceTypes.NAMESPACE, Optional.empty(), this::limit);
        for (var key : objects.uids(ResourceTypes.CONFIG_MAP).keySet()) {
            if (key.name().equals(NAME)) {
                objects.get(key).ifPresent(this::tellFlaws);
            }
        }
    }

    /// Who is told that something may have changed; quick.
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// The settings that hold for a namespace, as they are now.
    ///
    /// @throws StoreUnavailable if they cannot be read
    public ControllerSettings of(String namespace) {
        return map(namespace).map(this::settings).orElse(ControllerSettings.NONE);
    }

    /// The same without a look at the store: what was heard of last.
    ///
    /// @throws StoreUnavailable if nothing was heard yet, and they cannot be read
    public ControllerSettings lately(String namespace) {
        return lately.computeIfAbsent(namespace, this::of);
    }

    /// The version of what [#of] says, for whoever records it.
    public String version(String namespace) {
        return map(namespace).map(one -> "" + one.resourceVersion()).orElse("");
    }

    private Optional<ApiObject> map(String namespace) {
        return find(namespace).or(() -> namespace.equals(USUAL) ? Optional.empty() : find(USUAL));
    }

    private Optional<ApiObject> find(String namespace) {
        return objects.get(new ObjectKey(ResourceTypes.CONFIG_MAP, namespace, NAME));
    }

    private ControllerSettings settings(ApiObject map) {
        var version = map.uid() + "/" + map.resourceVersion();
        var known = read.get(map.namespace());
        if (known != null && known.version().equals(version)) {
            return known.settings();
        }
        var settings = ControllerSettings.of(map);
        read.put(map.namespace(), new Read(version, settings));
        return settings;
    }

    /// How many Workflows of a namespace may go on at once, with which others they are counted.
    ///
    /// @throws StoreUnavailable if it cannot be read
    public Limits limits(String namespace) {
        var settings = of(namespace);
        var each = limits.getOrDefault(namespace, settings.namespaceParallelism());
        return new Limits(settings.namespace(), settings.parallelism(), each);
    }

    /// A ConfigMap was made, changed or deleted.
    public void heardOfConfigMap(ObjectChange change) {
        var map = change.object();
        if (!map.name().equals(NAME)) {
            return;
        }
        if (change.type() == ObjectChange.Type.DELETED) {
            read.remove(map.namespace());
        } else {
            tellFlaws(map);
        }
        lately.clear();
        listeners.forEach(Runnable::run);
    }

    private void tellFlaws(ApiObject map) {
        settings(map).flaws().forEach(flaw -> LOG.log(Level.WARNING, "{0}", flaw));
    }

    /// A Namespace was made, changed or deleted.
    public void heardOfNamespace(ObjectChange change) {
        var before = limits.get(change.object().name());
        if (change.type() == ObjectChange.Type.DELETED) {
            limits.remove(change.object().name());
        } else {
            limit(change.object());
        }
        if (!java.util.Objects.equals(before, limits.get(change.object().name()))) {
            listeners.forEach(Runnable::run);
        }
    }

    private void limit(ApiObject namespace) {
        var text = namespace.labels().get(LIMIT);
        try {
            if (text != null) {
                limits.put(namespace.name(), Math.max(0, Integer.parseInt(text)));
                return;
            }
        } catch (NumberFormatException e) {
            LOG.log(
                    Level.WARNING,
                    "the label {0} of the Namespace {1} is no number: {2}",
                    LIMIT,
                    namespace.name(),
                    text);
        }
        limits.remove(namespace.name());
    }

    /// Whether only so many Workflows that are over are kept somewhere.
    boolean keep() {
        return read.values().stream().anyMatch(one -> one.settings().kept().any());
    }

    /// What is wrong with the settings that are there, each as a sentence.
    public List<String> flaws() {
        var flaws = new ArrayList<String>();
        read.values().forEach(one -> flaws.addAll(one.settings().flaws()));
        return flaws;
    }
}
