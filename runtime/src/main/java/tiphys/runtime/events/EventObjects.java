package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.events.spec.BusSpec;
import tiphys.events.spec.Read;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// The EventBus, EventSource and Sensor objects as they are now, read. Safe for every thread.
public final class EventObjects {
    private static final Logger LOG = System.getLogger(EventObjects.class.getName());
    private static final String ASIDE = "TIP-3190";

    /// An object and what it asks for.
    public record Known<T>(ApiObject object, Read<T> read) {}

    private final Map<String, Known<BusSpec>> buses = new TreeMap<>();
    private final Map<String, Known<SourceSpec>> sources = new TreeMap<>();
    private final Map<String, Known<SensorSpec>> sensors = new TreeMap<>();
    private final SourceKinds kinds;
    private final TriggerKinds actions;
    private final Quarantine quarantine;

    /// @param quarantine which objects are set aside, for reading them ended the server or failed
    public EventObjects(SourceKinds kinds, TriggerKinds actions, Quarantine quarantine) {
        this.kinds = kinds;
        this.actions = actions;
        this.quarantine = quarantine;
    }

    /// The stream under which an object is set aside.
    static StreamName stream(ApiObject object) {
        return new StreamName(
                Quarantine.OBJECT, object.type().groupResource() + "/" + object.namespace() + "/" + object.name());
    }

    /// Takes in a change.
    public synchronized void accept(ObjectChange change) {
        var object = change.object();
        boolean gone = change.type() == ObjectChange.Type.DELETED;
        if (is(object, ResourceTypes.EVENT_BUS)) {
            put(buses, gone, object, BusSpec::read);
        } else if (is(object, ResourceTypes.EVENT_SOURCE)) {
            put(sources, gone, object, json -> SourceSpec.read(json, kinds));
        } else if (is(object, ResourceTypes.SENSOR)) {
            put(sensors, gone, object, json -> SensorReader.read(json, actions));
        }
    }

    /// What an object asks for; one that cannot be read, or is set aside, asks for nothing and says why.
    private <T> Read<T> read(ApiObject object, Function<Value.Mapping, Read<T>> reader) {
        var stream = stream(object);
        var aside = quarantine.reason(stream);
        if (aside.isEmpty()) {
            try (var _ = quarantine.begin(stream, "its spec, generation " + object.generation())) {
                return reader.apply(object.json());
            } catch (RuntimeException | StackOverflowError e) {
                LOG.log(Level.ERROR, object.key() + " cannot be read", e);
                aside = Optional.of("set aside, because reading it failed: " + e);
                quarantine.setAside(stream, aside.get());
            }
        }
        var why = "the object is " + aside.get() + "; `tiphys repair " + stream + "` tries it again";
        var bare = reader.apply(new ApiObject(object.type(), object.json().without("spec")).json());
        return new Read<>(bare.value(), List.of(Diagnostic.error(ASIDE, why, Position.NONE, "spec")));
    }

    private static boolean is(ApiObject object, ResourceType type) {
        return object.type().equals(type);
    }

    private <T> void put(
            Map<String, Known<T>> into, boolean gone, ApiObject object, Function<Value.Mapping, Read<T>> reader) {
        var key = key(object.namespace(), object.name());
        var before = into.get(key);
        if (gone) {
            into.remove(key);
        } else if (before != null && sameSpec(before.object(), object) && !wasAside(before)) {
            // Who holds the spec by identity sees no change where there was none.
            into.put(key, new Known<>(object, before.read()));
        } else {
            into.put(key, new Known<>(object, read(object, reader)));
        }
    }

    private static boolean wasAside(Known<?> known) {
        return known.read().errors().stream().anyMatch(found -> found.code().equals(ASIDE));
    }

    private static boolean sameSpec(ApiObject one, ApiObject other) {
        return one.uid().equals(other.uid())
                && one.generation() == other.generation()
                && one.spec().equals(other.spec());
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    synchronized List<Known<BusSpec>> buses() {
        return List.copyOf(buses.values());
    }

    synchronized List<Known<SourceSpec>> sources() {
        return List.copyOf(sources.values());
    }

    public synchronized List<Known<SensorSpec>> sensors() {
        return List.copyOf(sensors.values());
    }

    /// The sensor of that name.
    synchronized Optional<Known<SensorSpec>> sensor(String namespace, String name) {
        return Optional.ofNullable(sensors.get(key(namespace, name)));
    }

    /// The bus of that name.
    public synchronized Optional<Known<BusSpec>> bus(String namespace, String name) {
        return Optional.ofNullable(buses.get(key(namespace, name)));
    }

    /// The event source of that name.
    public synchronized Optional<Known<SourceSpec>> source(String namespace, String name) {
        return Optional.ofNullable(sources.get(key(namespace, name)));
    }

    /// Why nothing can go over this bus; empty if it can.
    public Optional<String> busProblem(String namespace, String name) {
        var bus = bus(namespace, name);
        if (bus.isEmpty()) {
            return Optional.of(
                    "EventBus \""
                            + name
                            + "\" not found in namespace "
                            + namespace
                            + "; apply one, such as eventbus.yaml");
        }
        return bus.get().read().usable()
                ? Optional.empty()
                : Optional.of("EventBus \"" + name + "\" is not ready: " + bus.get().read().message());
    }
}
