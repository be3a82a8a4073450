package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Template;

/// What people may do with nodes that wait for them (Argo's 3.8): let them go on, give them outputs, end them.
public final class SuspendRules {
    static final String NOBODY =
            "currently, set only targets suspend nodes: no suspend nodes matching nodeFieldSelector: ";

    private final Decider deciding;
    private final RunState state;

    SuspendRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// The waiting nodes that a selector means; all, if it is empty.
    List<Node> matching(String selector) {
        var matching = new ArrayList<Node>();
        for (int index : state.suspended) {
            var node = state.node(index);
            if (selector.isBlank() || NodeSelector.matches(selector, state, node)) {
                matching.add(node);
            }
        }
        return matching;
    }

    /// Ends a node's wait.
    ///
    /// @param user empty for the clock
    void resume(Node node, String user) {
        try {
            var outputs = outputs(node, state.plan(node).template());
            var by = user.isEmpty() ? "" : "Resumed by: map[User:" + user + "]";
            var message = node.message.isEmpty() || by.isEmpty() ? node.message + by : node.message + "; " + by;
            deciding.ends.end(node, NodePhase.SUCCEEDED, message, outputs);
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, deciding.begin.startError(node, e), node.outputs);
        }
    }

    /// Argo's `node set`: all or nothing.
    Optional<String> set(RunCommand.Set set) {
        if (state.ended) {
            return Optional.of("cannot set nodes of a completed workflow");
        }
        var phase = phase(set.phase());
        if (!set.phase().isEmpty() && phase.isEmpty()) {
            return Optional.of(
                    "a suspended node can be set to Succeeded, Failed, Error, Skipped or Omitted, not to \""
                            + set.phase()
                            + "\"");
        }
        var nodes = matching(set.selector());
        boolean anything = phase.isPresent() || !set.message().isEmpty() || !set.outputs().isEmpty();
        if (nodes.isEmpty() || !anything) {
            return Optional.of(NOBODY + set.selector());
        }
        for (var node : nodes) {
            var refusal = refusal(node, set.outputs());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        long length = nodes.size() * RunState.length(set.outputs());
        try {
            deciding.begin.checkRoom(length);
        } catch (EvaluationFailed e) {
            return Optional.of(e.getMessage());
        }
        for (var node : nodes) {
            if (!set.outputs().isEmpty() || !set.message().isEmpty()) {
                deciding.emit(new RunFact.NodeSupplied(node.index, set.outputs(), set.message(), set.user()));
            }
            phase.ifPresent(now -> deciding.ends.end(node, now, node.message, node.outputs));
        }
        return Optional.empty();
    }

    private static Optional<NodePhase> phase(String name) {
        for (var phase : NodePhase.values()) {
            if (phase.fulfilled() && phase.text().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    private Optional<String> refusal(Node node, Map<String, String> outputs) {
        var declared = state.plan(node).template().outputs();
        if (!outputs.isEmpty() && declared.stream().noneMatch(Parameter::supplied)) {
            return Optional.of("cannot set output parameters because node is not expecting any raw parameters");
        }
        for (var name : outputs.keySet()) {
            var output = declared.stream().filter(one -> one.name().equals(name) && one.supplied()).findFirst();
            if (output.isEmpty()) {
                return Optional.of("node is not expecting output parameter '" + name + "'");
            }
            if (node.outputs.parameters().containsKey(name)) {
                return Optional.of(
                        "cannot set output parameter '"
                                + name
                                + "' because it does not use valueFrom.raw or it was already set");
            }
        }
        return Optional.empty();
    }

    /// The outputs of a node whose wait ends: what was supplied, else the output's default, else the default that its template
    /// declares for an input of the same name.
    ///
    /// @throws EvaluationFailed if one of them has none
    static Outputs outputs(Node node, Template template) {
        var parameters = new LinkedHashMap<String, String>();
        for (var output : template.outputs()) {
            var supplied = Optional.ofNullable(node.outputs.parameters().get(output.name()));
            parameters.put(
                    output.name(),
                    supplied.or(() -> fallback(output, template))
                            .or(output::value)
                            .orElseThrow(() ->
                                    new EvaluationFailed(
                                            "raw output parameter '"
                                                    + output.name()
                                                    + "' has not been set and does not have a default value")));
        }
        return Outputs.of(parameters);
    }

    /// What an output is if nobody supplies it.
    public static Optional<String> fallback(Parameter output, Template template) {
        return output.valueFromDefault()
                .or(() ->
                        template.inputs().stream()
                                .filter(input -> input.name().equals(output.name()))
                                .findFirst()
                                .flatMap(Parameter::defaultValue));
    }
}
