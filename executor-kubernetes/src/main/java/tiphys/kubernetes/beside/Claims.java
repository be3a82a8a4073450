package tiphys.kubernetes.beside;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.kubernetes.client.Patience;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

/// The claims of volumes that Workflows make by `volumeClaimTemplates`: which there are, and when they go, the engine says, and keeps them
/// as objects of this server; here they are made in the cluster, each before the first pod that mounts it, and deleted.
public final class Claims {
    /// Kubernetes' own, which keeps a claim as long as pods that are over are there; Argo removes it, too.
    private static final String PROTECTION = "kubernetes.io/pvc-protection";

    private static final int REMEMBERED = 10_000;

    private final ApiClient client;
    private final Function<ObjectKey, Optional<ApiObject>> objects;
    private final Set<ObjectKey> made = ConcurrentHashMap.newKeySet();

    /// @param objects of this server
    public Claims(ApiClient client, Function<ObjectKey, Optional<ApiObject>> objects) {
        this.client = client;
        this.objects = objects;
    }

    /// Makes the claims that an order's pod mounts and its run has claimed, if they are not there.
    ///
    /// @throws NotMade if the cluster refuses one, or it is somebody else's
    /// @throws IOException if the cluster does not answer
    public void make(StepOrder order) throws IOException, NotMade {
        for (var volume : order.template().json().listAt("volumes")) {
            var name = volume.textAt("persistentVolumeClaim", "claimName").orElse("");
            var key = new ObjectKey(ResourceTypes.PERSISTENT_VOLUME_CLAIM, order.namespace(), name);
            var claim = name.isEmpty() || made.contains(key) ? Optional.<ApiObject>empty() : objects.apply(key);
            if (claim.filter(one -> owned(one.json(), order.runUid())).isPresent()) {
                make(key, claim.get().json(), order.runUid());
                remember(key);
            }
        }
    }

    private void make(ObjectKey key, Value.Mapping claim, String run) throws IOException, NotMade {
        var metadata = claim.mapAt("metadata").without("uid").without("creationTimestamp").without("resourceVersion");
        var fresh = claim.without("status").with("metadata", metadata);
        var collection = Paths.of(key.type(), Optional.of(key.namespace()));
        var answer = Patience.ask(() -> client.create(collection, fresh));
        if (answer.reason().equals("AlreadyExists")) {
            answer = Patience.ask(() -> client.get(Paths.of(key)));
            if (answer.done() && !owned(answer.body(), run)) {
                throw new NotMade(key.name() + " pvc already exists with different ownerreference");
            }
        }
        if (!answer.done()) {
            throw new NotMade(answer.message());
        }
    }

    /// What is forgotten is asked for once more, and found.
    private void remember(ObjectKey key) {
        if (made.size() >= REMEMBERED) {
            made.clear();
        }
        made.add(key);
    }

    private static boolean owned(Value.Mapping json, String uid) {
        return json.listAt("metadata", "ownerReferences").stream()
                .anyMatch(owner -> owner.textAt("uid").orElse("").equals(uid));
    }

    /// Deletes a claim of a run, whose own object of it is gone; one of that name that belongs to no Workflow stays.
    ///
    /// @throws IOException if the cluster does not do it after all
    public void release(String namespace, String name) throws IOException {
        var key = new ObjectKey(ResourceTypes.PERSISTENT_VOLUME_CLAIM, namespace, name);
        made.remove(key);
        var there = Patience.ask(() -> client.get(Paths.of(key)));
        if (there.done() && owner(there.body()).isPresent()) {
            remove(key, there.body().textAt("metadata", "uid").orElse(""));
        }
    }

    private static Optional<Value> owner(Value.Mapping claim) {
        return claim.listAt("metadata", "ownerReferences").stream()
                .filter(one -> one.textAt("kind").orElse("").equals("Workflow"))
                .findFirst();
    }

    private void remove(ObjectKey key, String uid) throws IOException {
        var answer = Patience.ask(() -> client.delete(Paths.of(key), uid));
        if (answer.code() == 404 || answer.code() == 409) {
            return;
        }
        if (!answer.done()) {
            throw new IOException(answer.message());
        }
        var now = Patience.ask(() -> client.get(Paths.of(key)));
        var finalizers = now.body().listAt("metadata", "finalizers");
        var kept = finalizers.stream().filter(one -> !one.equals(Value.text(PROTECTION))).toList();
        if (now.done() && kept.size() < finalizers.size()) {
            var changes =
                    Value.object(
                            "metadata", Value.object("uid", uid).with("finalizers", Value.list(List.copyOf(kept))));
            Patience.ask(() -> client.patch(Paths.of(key), changes));
        }
    }

    /// Deletes the claims that a killed server left: their Workflow is over, and its end deletes them.
    ///
    /// @param namespace the only one; empty for all
    /// @throws IOException if the cluster does not list or delete them
    public void sweep(Optional<String> namespace) throws IOException {
        var path =
                Paths.of(ResourceTypes.PERSISTENT_VOLUME_CLAIM, namespace)
                        + "?labelSelector=workflows.argoproj.io%2Fworkflow";
        var answer = Patience.ask(() -> client.get(path));
        if (!answer.done()) {
            throw new IOException(answer.message());
        }
        for (var one : answer.body().listAt("items")) {
            var claim = (Value.Mapping) one;
            var key =
                    new ObjectKey(
                            ResourceTypes.PERSISTENT_VOLUME_CLAIM,
                            claim.textAt("metadata", "namespace").orElse(""),
                            claim.textAt("metadata", "name").orElse(""));
            if (claim.find("metadata", "deletionTimestamp").isEmpty() && left(key, claim)) {
                remove(key, claim.textAt("metadata", "uid").orElse(""));
            }
        }
    }

    private boolean left(ObjectKey key, Value.Mapping claim) {
        var owner = owner(claim);
        var workflow =
                owner.flatMap(one -> one.textAt("name"))
                        .flatMap(name -> objects.apply(new ObjectKey(ResourceTypes.WORKFLOW, key.namespace(), name)));
        if (workflow.isEmpty() || !owner.get().textAt("uid").equals(Optional.of(workflow.get().uid()))) {
            return false;
        }
        var spec = RunSpec.of(workflow.get().json());
        var always = spec.textAt("volumeClaimGC", "strategy").orElse("").equals("OnWorkflowCompletion");
        return switch (workflow.get().status().textAt("phase").orElse("")) {
            case "Succeeded" -> true;
            case "Failed", "Error" -> always;
            default -> false;
        };
    }
}
