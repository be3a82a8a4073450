package tiphys.kubernetes.beside;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Patience;
import tiphys.kubernetes.pod.Pods;
import tiphys.manifest.Value;

/// The pod disruption budgets of Workflows that ask for one (`podDisruptionBudget`): named like the Workflow and owned by it, made before
/// its first pod, deleted at its end. One that a killed server left behind keeps nobody from anything, and goes with its Workflow.
public final class DisruptionBudgets {
    private static final String FIELD = "podDisruptionBudget";
    private static final String WORKFLOW = "workflows.argoproj.io/workflow";
    private static final int REMEMBERED = 10_000;

    private final ApiClient client;

    /// The uids of Workflows whose budget was made by this process.
    private final Map<String, Boolean> made =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                            return size() > REMEMBERED;
                        }
                    });

    public DisruptionBudgets(ApiClient client) {
        this.client = client;
    }

    /// Makes the budget of an order's Workflow, if that asks for one and has none. As with Argo, one of that name that is there is taken
    /// for it.
    ///
    /// @throws NotMade if the cluster refuses it
    /// @throws IOException if the cluster does not answer
    public void make(StepOrder order) throws IOException, NotMade {
        var wanted = order.pod().mapAt(FIELD);
        if (wanted.fields().isEmpty() || made.containsKey(order.runUid())) {
            return;
        }
        var labels = Value.object(WORKFLOW, order.runName());
        var spec =
                wanted.mapAt("selector").fields().isEmpty()
                        ? wanted.with("selector", Value.object("matchLabels", labels))
                        : wanted;
        var budget =
                Value.object(
                        "apiVersion",
                        "policy/v1",
                        "kind",
                        "PodDisruptionBudget",
                        "metadata",
                        Value.object(
                                "name",
                                order.runName(),
                                "labels",
                                labels,
                                "ownerReferences",
                                List.of(Pods.owner(order, true))),
                        "spec",
                        spec);
        var answer = Patience.ask(() -> client.create(collection(order.namespace()), budget));
        if (!answer.done() && !answer.reason().equals("AlreadyExists")) {
            throw new NotMade(
                    "Unable to create PDB resource for workflow, " + order.runName() + " error: " + answer.message());
        }
        made.put(order.runUid(), true);
    }

    /// Deletes the budget of a Workflow that is over, if that asked for one; one of that name that is somebody else's stays.
    ///
    /// @param spec that the run went by
    /// @throws IOException if the cluster does not do it after all
    public void delete(String namespace, String workflow, String uid, Value.Mapping spec) throws IOException {
        made.remove(uid);
        if (spec.mapAt(FIELD).fields().isEmpty()) {
            return;
        }
        var path = collection(namespace) + "/" + workflow;
        var there = Patience.ask(() -> client.get(path));
        boolean own =
                there.body().listAt("metadata", "ownerReferences").stream()
                        .anyMatch(owner -> owner.textAt("uid").orElse("").equals(uid));
        if (!there.done() || !own) {
            return;
        }
        var answer = Patience.ask(() -> client.delete(path, there.body().textAt("metadata", "uid").orElse("")));
        if (!answer.done() && answer.code() != 404 && answer.code() != 409) {
            throw new IOException(answer.message());
        }
    }

    private static String collection(String namespace) {
        return "/apis/policy/v1/namespaces/" + namespace + "/poddisruptionbudgets";
    }
}
