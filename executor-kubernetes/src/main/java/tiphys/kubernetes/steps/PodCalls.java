package tiphys.kubernetes.steps;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Patience;
import tiphys.kubernetes.pod.Pods;
import tiphys.manifest.Value;

/// What is asked of the API server about pods.
final class PodCalls {
    /// The annotation that says whose pod it is.
    static final String ATTEMPT = "tiphys/attempt";

    /// Keeps a pod's end readable until it is recorded, whoever deletes the pod. Argo's own, which its controller knows to remove.
    static final String FINALIZER = "workflows.argoproj.io/status";

    /// The label with the name of a pod's Workflow.
    static final String WORKFLOW = "workflows.argoproj.io/workflow";

    private static final String COMPLETED = "workflows.argoproj.io/completed";
    private static final int FORBIDDEN = 403;
    private static final int LONGEST_RESULT = 16 << 20;

    /// What an API server says that cannot tell stdout and stderr apart.
    private static final String NOT_SPLIT = "stream: Forbidden";

    private final ApiClient client;

    /// Whether the cluster is believed to tell stdout and stderr apart.
    private volatile boolean splits = true;

    PodCalls(ApiClient client) {
        this.client = client;
    }

    /// What names a cluster: it stays when the API server moves. Who may look into one namespace alone is told the name of that.
    ///
    /// @param namespace the only one; empty for all
    String clusterUid(Optional<String> namespace) throws IOException {
        var answer = client.get("/api/v1/namespaces/kube-system");
        if (answer.code() == FORBIDDEN && namespace.isPresent()) {
            answer = client.get("/api/v1/namespaces/" + namespace.get());
        }
        if (!answer.done()) {
            throw new IOException("the cluster cannot be asked what it is: " + answer.message());
        }
        return answer.body().textAt("metadata", "uid").orElse("");
    }

    /// Creates what a step needs, its pod at last.
    Answer create(Pods.Made made, String namespace) throws IOException {
        if (made.configMap().isPresent()) {
            var answer = client.create("/api/v1/namespaces/" + namespace + "/configmaps", made.configMap().get());
            if (!answer.done() && !answer.reason().equals("AlreadyExists")) {
                return answer;
            }
        }
        var metadata = made.pod().mapAt("metadata").with("finalizers", Value.list(List.of(Value.text(FINALIZER))));
        return client.create("/api/v1/namespaces/" + namespace + "/pods", made.pod().with("metadata", metadata));
    }

    Answer find(String namespace, String name) throws IOException {
        return client.get(path(namespace, name));
    }

    /// Has a running pod ended: its deadline is over, so the kubelet ends its processes, and the pod stays to be read.
    Answer end(String namespace, String name, String uid) throws IOException {
        return client.patch(
                path(namespace, name),
                Value.object("metadata", Value.object("uid", uid), "spec", Value.object("activeDeadlineSeconds", 1)));
    }

    /// Lets go of a pod that is to be deleted after a while: Argo's label says still that it is not completed.
    void letGo(String namespace, String name, String uid) throws IOException {
        var changes = Value.object("metadata", Value.object("uid", uid).with("finalizers", Value.nothing()));
        Patience.ask(() -> client.patch(path(namespace, name), changes));
    }

    /// Deletes a pod that ended, if it is there.
    void collect(String namespace, String name, String uid) throws IOException {
        var answer = Patience.ask(() -> client.delete(path(namespace, name), uid));
        if (!answer.done() && answer.code() != 404 && answer.code() != 409) {
            throw new IOException(answer.message());
        }
    }

    /// A Workflow as the cluster has it.
    Answer workflow(String namespace, String name) throws IOException {
        return Patience.ask(
                () -> client.get("/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/workflows/" + name));
    }

    /// Deletes a pod that never ran.
    Answer delete(String namespace, String name) throws IOException {
        return client.delete(path(namespace, name) + "?gracePeriodSeconds=0");
    }

    /// Lets go of a pod whose end is recorded; it goes if it was deleted, and else bears Argo's label of one that is over. Asked
    /// again until it is done or the pod is not there.
    ///
    /// @throws IOException if the API server did not do it after all
    void release(String namespace, String name, String uid) throws IOException {
        var changes =
                Value.object(
                        "metadata",
                        Value.object("uid", uid, "labels", Value.object(COMPLETED, "true"))
                                .with("finalizers", Value.nothing()));
        Patience.ask(() -> client.patch(path(namespace, name), changes));
    }

    /// What the main container of a step printed, without one trailing newline; without what it wrote to stderr where the cluster can tell
    /// them apart, and with it where it cannot.
    ///
    /// @throws IOException if it cannot be read after all
    String result(StepOrder order) throws IOException {
        var text = new String(stdout(order), StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private byte[] stdout(StepOrder order) throws IOException {
        if (splits) {
            try {
                return log(order, "main", "&stream=Stdout");
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains(NOT_SPLIT)) {
                    throw e;
                }
                splits = false; // and never will, until its API server is another one
            }
        }
        return log(order, "main");
    }

    /// What a container of a step printed; at most 16 MiB of it.
    ///
    /// @throws IOException if it cannot be read after all
    byte[] log(StepOrder order, String container) throws IOException {
        return log(order, container, "");
    }

    private byte[] log(StepOrder order, String container, String more) throws IOException {
        var from =
                path(order.namespace(), order.podName())
                        + "/log?container="
                        + URLEncoder.encode(container, StandardCharsets.UTF_8)
                        + "&limitBytes="
                        + LONGEST_RESULT
                        + more;
        return Patience.read(() -> {
            try (var in = client.open(from)) {
                return in.readNBytes(LONGEST_RESULT);
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).contains(NOT_SPLIT)) {
                    throw new Patience.Hopeless(String.valueOf(e.getMessage()));
                }
                throw e;
            }
        });
    }

    /// What Argo's executor in a pod reported: `outputs` at its top; empty if nothing.
    Value.Mapping report(StepOrder order) throws IOException {
        var answer = Patience.ask(() -> client.get(reports(order.namespace()) + "/" + order.nodeId()));
        if (answer.code() == 404) {
            return Value.Mapping.EMPTY;
        }
        if (!answer.done()) {
            throw new IOException(answer.message());
        }
        return answer.body();
    }

    /// Removes all reports of a Workflow's pods, as Argo's controller does at its end.
    void deleteReports(String namespace, String workflow) throws IOException {
        Patience.ask(() ->
                client.delete(reports(namespace) + "?labelSelector=workflows.argoproj.io%2Fworkflow%3D" + workflow));
    }

    private static String reports(String namespace) {
        return "/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/workflowtaskresults";
    }

    /// All objects of a collection, page by page.
    List<Value.Mapping> list(String collection) throws IOException {
        var all = new ArrayList<Value.Mapping>();
        var next = "";
        do {
            var page = collection + (next.isEmpty() ? "" : "&continue=" + next);
            var answer = Patience.ask(() -> client.get(page + "&limit=500"));
            if (!answer.done()) {
                throw new IOException(answer.message());
            }
            answer.body().listAt("items").forEach(item -> all.add((Value.Mapping) item));
            next = answer.body().textAt("metadata", "continue").orElse("");
        } while (!next.isEmpty());
        return all;
    }

    private static String path(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + name;
    }
}
