package tiphys.runtime.actions;

import java.util.Optional;
import tiphys.events.firing.Wanted;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Makes the objects of firings. A firing makes at most one: its name and an annotation come from the firing. Safe for every thread.
public final class FiringObjects {
    private static final int SUFFIXES = 20;

    private final Objects objects;

    public FiringObjects(Objects objects) {
        this.objects = objects;
    }

    /// The kind of what is wanted, if this server has it.
    public static Optional<ResourceType> typeOf(Value.Mapping wanted) {
        return ResourceTypes.byKind(wanted.textAt("apiVersion").orElse(""), wanted.textAt("kind").orElse(""));
    }

    /// The kind of what is wanted.
    ///
    /// @throws Refusal if this server does not have it
    static ResourceType knownType(Value.Mapping wanted) {
        return typeOf(wanted)
                .orElseThrow(() ->
                        new Refusal(
                                404,
                                "NotFound",
                                "this server has no kind \""
                                        + wanted.textAt("kind").orElse("")
                                        + "\" in version \""
                                        + wanted.textAt("apiVersion").orElse("")
                                        + "\""));
    }

    /// The kind of that name, if it is one that triggers speak of.
    public static Optional<ResourceType> typeOfKind(String kind) {
        return kind.isEmpty()
                ? Optional.empty()
                : ResourceTypes.byKind("argoproj.io/v1alpha1", kind).or(() -> ResourceTypes.byKind("v1", kind));
    }

    public Optional<ApiObject> find(ObjectKey key) {
        return objects.find(key);
    }

    /// The face in the name of a service account.
    public Objects inTheNameOf(String namespace, String account) {
        return objects.as("system:serviceaccount:" + namespace + ":" + account);
    }

    /// Makes the object, or finds the one that this firing made before.
    ///
    /// @param wanted complete but for its name
    /// @throws Refusal if it cannot be made
    public ApiObject create(Objects user, Value.Mapping wanted, String firing) {
        var type = knownType(wanted);
        for (int suffix = 0; suffix < SUFFIXES; suffix++) {
            var object = new ApiObject(type, Wanted.named(wanted, firing, suffix));
            try {
                return user.create(object, Objects.Mode.PLAIN).object();
            } catch (Refusal e) {
                // Whatever is refused now: what an attempt stored whose answer was lost is there.
                var there = objects.find(object.key()).orElseGet(() -> new ApiObject(type, Value.Mapping.EMPTY));
                if (firing.equals(there.annotations().get(Wanted.FIRING))) {
                    return there;
                }
                if (!e.reason().equals("AlreadyExists") || Wanted.hasFixedName(wanted)) {
                    throw e;
                }
            }
        }
        throw new Refusal(
                409,
                "AlreadyExists",
                "the first " + SUFFIXES + " names for the firing's object are taken by other objects");
    }
}
