package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tiphys.engine.run.rules.BeginRules;
import tiphys.engine.run.rules.DisplayNames;
import tiphys.engine.run.rules.Loops;
import tiphys.engine.run.rules.SuspendRules;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.VolumeClaims;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.TemplateRef;

/// A run as Argo's `status` shows it.
public final class StatusJson {
    /// How many nodes an object carries while the run goes on, when it is written each second.
    private static final int MOST_NODES = 200;

    private static final int MOST_NODES_AT_THE_END = 2_000;

    /// How long the texts of all nodes may be together, in characters.
    private static final int MOST_TEXT = 512 << 10;

    private StatusJson() {}

    /// The status without its nodes: what an object in the store carries.
    static Value.Mapping summary(RunState state) {
        var status = new LinkedHashMap<String, Value>();
        status.put("phase", Value.text(state.phase.text()));
        if (state.startedMicros > 0) {
            status.put("startedAt", Value.text(RunState.time(state.startedMicros)));
        }
        status.put(
                "finishedAt",
                state.finishedMicros > 0 ? Value.text(RunState.time(state.finishedMicros)) : Value.nothing());
        status.put("progress", Value.text(state.progress()));
        if (!state.message.isEmpty()) {
            status.put("message", Value.text(state.message));
        }
        var usage = new Usage(state);
        if (usage.known()) {
            status.put("resourcesDuration", usage.ofAll());
        }
        var conditions = new ArrayList<Value>();
        if (!state.unmeasured.isEmpty()) {
            conditions.add(
                    Value.object(
                            "type", "MetricsError", "status", "True", "message", String.join(", ", state.unmeasured)));
        }
        if (state.ended) {
            conditions.add(Value.object("status", "True", "type", "Completed"));
        } else if (!state.openPods.isEmpty()) {
            conditions.add(Value.object("status", "True", "type", "PodRunning"));
        }
        if (!state.undeleted.isEmpty()) {
            conditions.add(
                    Value.object(
                            "type",
                            "ArtifactGCError",
                            "status",
                            "True",
                            "message",
                            String.join("; ", state.undeleted)));
        }
        status.put("conditions", Value.list(conditions));
        var claims = new VolumeClaims(state).kept();
        if (!claims.isEmpty()) {
            status.put("persistentVolumeClaims", Value.list(claims));
        }
        if (!state.globals.isEmpty() || !state.globalArtifacts.isEmpty()) {
            status.put(
                    "outputs",
                    Value.object(
                            "parameters",
                            state.globals.isEmpty() ? null : parameters(state.globals),
                            "artifacts",
                            artifacts(state.globalArtifacts.values())));
        }
        if (!state.repositoryRef().fields().isEmpty()) {
            status.put("artifactRepositoryRef", state.repositoryRef());
        }
        var locks = LockStatus.of(state);
        if (!locks.fields().isEmpty()) {
            status.put("synchronization", locks);
        }
        return new Value.Mapping(status, Map.of(), tiphys.manifest.Position.NONE);
    }

    /// The status that an object can carry: so large that it can be written each second, its nodes are left out.
    public static Value.Mapping cut(RunState state) {
        if (state.nodes.size() <= (state.ended ? MOST_NODES_AT_THE_END : MOST_NODES)
                && textLength(state) <= MOST_TEXT) {
            var status = status(state);
            if (idsLength(status) <= MOST_TEXT) {
                return status;
            }
        }
        var summary = summary(state);
        var conditions = new ArrayList<>(summary.listAt("conditions"));
        conditions.add(
                Value.object(
                        "type",
                        "NodesLeftOut",
                        "status",
                        "True",
                        "message",
                        state.nodes.size()
                                + " nodes are too many or too long to show here; tiphys get and the UI show them"));
        return summary.with("conditions", Value.list(conditions));
    }

    /// How long the lists of nodes in nodes are: what many wait for, and is many, is named by each of them.
    private static long idsLength(Value.Mapping status) {
        long length = 0;
        for (var node : status.mapAt("nodes").fields().values()) {
            for (var list : List.of(node.listAt("children"), node.listAt("outboundNodes"))) {
                for (var id : list) {
                    length += id instanceof Value.Text(var text, _) ? text.length() : 0;
                }
            }
        }
        return length;
    }

    private static long textLength(RunState state) {
        long length = 0;
        for (var node : state.nodes) {
            length +=
                    node.name.length() * 3L
                            + node.message.length()
                            + node.outputs.result().map(String::length).orElse(0);
            for (var values : List.of(node.inputs, node.outputs.parameters())) {
                for (var value : values.values()) {
                    length += value.length();
                }
            }
        }
        return length;
    }

    /// The whole status.
    public static Value.Mapping status(RunState state) {
        var status = summary(state);
        if (state.nodes.isEmpty()) {
            return status;
        }
        var outbound = new Outbound(state);
        var children = children(state, outbound::of);
        var nodes = new LinkedHashMap<String, Value>();
        var times = new Times();
        var usage = new Usage(state);
        for (var node : state.nodes) {
            var json = node(state, node, children.get(node.index), times);
            if (usage.known() && node.phase.fulfilled()) {
                json = json.with("resourcesDuration", usage.of(node));
            }
            var ends = parts(state, node) ? outbound.of(node.index) : List.<Integer>of();
            if (!ends.isEmpty()) {
                json = json.with("outboundNodes", ids(state, ends));
            }
            nodes.put(json.textAt("id").orElse(""), json);
        }
        var result = status.with("nodes", new Value.Mapping(nodes, Map.of(), tiphys.manifest.Position.NONE));
        var given =
                state.supplied.values().stream()
                        .anyMatch(one -> one.need() instanceof Need.Defaults && one.content().isPresent());
        if (given || !state.workflow.mapAt("spec", "workflowTemplateRef").fields().isEmpty()) {
            result = result.with("storedWorkflowTemplateSpec", state.library().spec().json());
        }
        return result;
    }

    /// Whether it is over and has parts by whose ends it ended; one that failed fast was not ended by its parts.
    private static boolean parts(RunState state, Node node) {
        if (node.type == NodeType.STEPS
                && node.phase == NodePhase.ERROR
                && node.group >= 0
                && Loops.flaw(state, node, node.group).isPresent()) {
            return false;
        }
        return (node.type == NodeType.STEPS || node.type == NodeType.DAG)
                && node.phase.fulfilled()
                && (node.memo == null || !node.memo.hit())
                && !node.message.equals(BeginRules.FAILED_FAST);
    }

    private static Value.Mapping node(RunState state, Node node, @Nullable List<Integer> children, Times times) {
        var json = new LinkedHashMap<String, Value>();
        json.put("id", Value.text(NodeNames.id(state.name, node.name)));
        json.put("name", Value.text(node.name));
        json.put("displayName", Value.text(DisplayNames.of(state, node)));
        json.put("type", Value.text((node.lockRefused ? NodeType.SKIPPED : node.type).text()));
        template(state, node, json);
        json.put("phase", Value.text(node.phase.text()));
        if (node.boundary >= 0) {
            json.put("boundaryID", Value.text(NodeNames.id(state.name, state.node(node.boundary).name)));
        }
        if (!node.message.isEmpty()) {
            json.put("message", Value.text(node.message));
        }
        json.put("startedAt", times.of(node.startedMicros));
        json.put("finishedAt", node.finishedMicros > 0 ? times.of(node.finishedMicros) : Value.nothing());
        if (node.type.ordered()) {
            var done = node.doneOf();
            json.put("progress", Value.text(done[0] + "/" + done[1]));
        }
        if (node.type == NodeType.POD) {
            json.put("hostNodeName", Value.text("localhost"));
        }
        if (!node.address.isEmpty() && node.type == NodeType.POD) {
            json.put("podIP", Value.text(node.address));
        }
        if (node.daemoned) {
            json.put("daemoned", Value.bool(true));
        }
        if (node.role == RunFact.Role.HOOK || node.index == state.exit) {
            json.put("nodeFlag", Value.object("hooked", true));
        } else if (node.role == RunFact.Role.TRY) {
            json.put("nodeFlag", Value.object("retried", true));
        }
        var memo = node.role == RunFact.Role.TRY ? state.node(node.parent).memo : node.memo;
        if (memo != null) {
            json.put(
                    "memoizationStatus", Value.object("hit", memo.hit(), "key", memo.key(), "cacheName", memo.cache()));
        }
        if (node.locks != null && !node.locks.waiting().isEmpty()) {
            json.put("synchronizationStatus", Value.object("waiting", node.locks.waiting()));
        }
        if (!(node.inputs.isEmpty() && node.artifacts.isEmpty()) && !node.lockRefused) {
            json.put(
                    "inputs",
                    Value.object(
                            "parameters",
                            node.inputs.isEmpty() ? null : InputFields.of(state, node),
                            "artifacts",
                            artifacts(node.artifacts)));
        }
        var outputs = node.type == NodeType.SUSPEND ? supplied(state, node) : outputs(state, node);
        if (!outputs.fields().isEmpty()) {
            json.put("outputs", outputs);
        }
        if (children != null) {
            json.put("children", ids(state, children));
        }
        return new Value.Mapping(json, Map.of(), tiphys.manifest.Position.NONE);
    }

    /// Which template the node is made from, as its step or task says it; groups of steps and inline templates have none.
    private static void template(RunState state, Node node, Map<String, Value> json) {
        if (node.type == NodeType.STEP_GROUP) {
            return;
        }
        var task = state.taskOf(node);
        var key =
                node.template.isEmpty() && task.isPresent() && node.boundary >= 0
                        ? Library.keyOf(task.get(), state.node(node.boundary).template)
                        : node.template;
        if (key.isEmpty()) {
            return;
        }
        var reference = task.flatMap(Task::templateRef);
        if (reference.isPresent()) {
            var named = referred(reference.get(), key);
            json.put(
                    "templateRef",
                    reference.get().clusterScope() ? named.with("clusterScope", Value.bool(true)) : named);
        } else if (!key.contains("/inline/")) {
            json.put("templateName", Value.text(key.substring(key.lastIndexOf('/') + 1)));
        }
        json.put("templateScope", Value.text(Library.elsewhere(key) ? Library.scopeOf(key) : "local/" + state.name));
    }

    /// A reference; one with tags as it became.
    private static Value.Mapping referred(TemplateRef reference, String key) {
        if (!(reference.name() + reference.template()).contains("{{") || key.contains("{{")) {
            return Value.object("name", reference.name(), "template", reference.template());
        }
        var scope = Library.scopeOf(key);
        return Value.object(
                "name", scope.substring(scope.indexOf('/') + 1), "template", key.substring(scope.length() + 1));
    }

    /// What a suspended node is to be supplied with, and what it was.
    private static Value.Mapping supplied(RunState state, Node node) {
        var list = new ArrayList<Value>();
        for (var output : state.plan(node).template().outputs()) {
            var value = node.outputs.parameters().get(output.name());
            list.add(
                    value == null
                            ? Value.object("name", output.name(), "valueFrom", expected(state, node, output))
                            : Value.object("name", output.name(), "value", value));
        }
        return list.isEmpty() ? Value.Mapping.EMPTY : Value.object("parameters", Value.list(list));
    }

    /// Where the value of an output is to come from, with what it is if nobody supplies it.
    private static Value.Mapping expected(RunState state, Node node, Parameter output) {
        var from = output.valueFrom();
        var fallback = SuspendRules.fallback(output, state.plan(node).template());
        return output.supplied() && fallback.isPresent() ? from.with("default", fallback.get()) : from;
    }

    private static Value.Sequence ids(RunState state, List<Integer> nodes) {
        return Value.list(
                nodes.stream().map(node -> Value.text(NodeNames.id(state.name, state.node(node).name))).toList());
    }

    private static Value.Mapping outputs(RunState state, Node node) {
        var outputs = node.outputs;
        var json = Value.Mapping.EMPTY;
        var parameters = OutputFields.of(state, node);
        if (!parameters.items().isEmpty()) {
            json = json.with("parameters", parameters);
        }
        var artifacts = artifacts(outputs.artifacts());
        if (artifacts != null) {
            json = json.with("artifacts", artifacts);
        }
        if (outputs.result().isPresent()) {
            json = json.with("result", outputs.result().get());
        }
        return outputs.exitCode().isPresent() ? json.with("exitCode", outputs.exitCode().get()) : json;
    }

    private static @Nullable Value artifacts(java.util.Collection<Artifact> artifacts) {
        return artifacts.isEmpty() ? null : Value.list(artifacts.stream().map(Artifact::json).toList());
    }

    private static Value.Sequence parameters(Map<String, String> parameters) {
        var list = new ArrayList<Value>();
        parameters.forEach((name, value) -> list.add(Value.object("name", name, "value", value)));
        return Value.list(list);
    }

    /// The same for many instants, of which as many are in one second as a run's nodes.
    private static final class Times {
        private long second = Long.MIN_VALUE;
        private String text = "";

        Value.Text of(long micros) {
            long now = Math.floorDiv(micros, 1_000_000);
            if (now != second) {
                second = now;
                text = RunState.time(micros);
            }
            return Value.text(text);
        }
    }

    /// What began because of each node, worked out from who waited for whom.
    ///
    /// @param ends the nodes that stand for one that others waited for
    static Map<Integer, List<Integer>> children(RunState state, IntFunction<List<Integer>> ends) {
        var children = new LinkedHashMap<Integer, List<Integer>>();
        for (var node : state.nodes) {
            for (int above : above(state, node, ends)) {
                children.computeIfAbsent(above, _ -> new ArrayList<>()).add(node.index);
            }
        }
        return children;
    }

    private static List<Integer> above(RunState state, Node node, IntFunction<List<Integer>> ends) {
        if (node.role == RunFact.Role.TOP) {
            return List.of();
        }
        if (node.role == RunFact.Role.PART) {
            return ContainerTree.above(state, node);
        }
        if (node.role != RunFact.Role.CHILD) {
            return List.of(node.parent);
        }
        var parent = state.node(node.parent);
        if (node.type == NodeType.STEP_GROUP) {
            return node.item == 0 ? List.of(node.parent) : before(state, parent, node, ends);
        }
        if (parent.type != NodeType.DAG) {
            return List.of(node.parent);
        }
        var plan = state.plan(parent);
        var before = new ArrayList<Integer>();
        for (var name : plan.depends(node.ordinal).tasks()) {
            int ordinal = plan.ordinal(name);
            if (ordinal >= 0 && state.slot(parent.index, ordinal).node >= 0) {
                before.addAll(ends.apply(state.slot(parent.index, ordinal).node));
            }
        }
        return before.isEmpty() ? List.of(node.parent) : before;
    }

    /// What a group of steps follows: the ends of the group before it, or that group itself if it had no steps.
    private static List<Integer> before(RunState state, Node steps, Node group, IntFunction<List<Integer>> ends) {
        if (state.plan(steps).groupSize(group.item - 1) > 0) {
            return lastOf(state, steps, group.item - 1, ends);
        }
        int index = group.index - 1;
        while (state.node(index).parent != steps.index || state.node(index).type != NodeType.STEP_GROUP) {
            index--;
        }
        return List.of(index);
    }

    /// What stands for the steps of one group of a steps node; empty if none began.
    static List<Integer> lastOf(RunState state, Node steps, int group, IntFunction<List<Integer>> ends) {
        var last = new ArrayList<Integer>();
        var plan = state.plan(steps);
        int start = plan.groupStart(group);
        for (int ordinal = start; ordinal < start + plan.groupSize(group); ordinal++) {
            var slot = state.slot(steps.index, ordinal);
            for (int i = 0; i < slot.childCount; i++) {
                last.addAll(ends.apply(slot.children[i]));
            }
        }
        return last;
    }
}
