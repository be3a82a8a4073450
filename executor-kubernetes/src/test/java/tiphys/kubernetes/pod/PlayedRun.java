package tiphys.kubernetes.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.Executor;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.ManualEngine;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// A run in the engine's virtual time whose steps end as the recorded nodes of their names did, so that it orders what the recorded
/// run ordered.
final class PlayedRun {
    private static final List<String> KINDS =
            List.of("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "ConfigMap");
    private static final int ROUNDS = 50;

    /// An order, and when it was given.
    record Given(StepOrder order, Instant at) {}

    private final RecordedPods recorded;
    private final Map<String, Given> orders = new LinkedHashMap<>();
    private final Map<String, Integer> readied = new HashMap<>();
    private String message = "";
    private Instant now = ManualEngine.NOON;

    private PlayedRun(RecordedPods recorded) {
        this.recorded = recorded;
    }

    /// Plays a run to its end, or as far as it goes.
    static PlayedRun of(RecordedPods recorded) {
        var run = new PlayedRun(recorded);
        run.play();
        return run;
    }

    /// The orders by the canonical names of their nodes.
    Map<String, Given> orders() {
        return orders;
    }

    /// Why the run ended as it did.
    String message() {
        return message;
    }

    private void play() {
        var documents = new ArrayList<Value.Mapping>();
        boolean found = false;
        for (var one : recorded.documents()) {
            boolean workflow = RecordedPods.kind(one).equals("Workflow");
            if (KINDS.contains(RecordedPods.kind(one)) && !(workflow && found)) {
                documents.add(one);
                found |= workflow;
            }
        }
        if (!found) {
            message = "no Workflow";
            return;
        }
        var engine = ManualEngine.on(Executor.CLUSTER + "test", documents, this::ending);
        for (int i = 0; i < ROUNDS && !engine.run().view().ended(); i++) {
            for (var order : engine.underWay()) {
                if (order.template().daemon() && readied.merge(order.attempt().text(), 1, Integer::sum) == 1) {
                    engine.tell(new RunCommand.Report(new StepReport.Ready(order.attempt(), engine.now(), "10.0.0.1")));
                    engine.settle();
                }
            }
            engine.pass(Duration.ofMinutes(i));
            if (i > 3) {
                engine.tell(new RunCommand.Resume("", "test"));
                engine.settle();
            }
            now = engine.now();
        }
        message = engine.phase() + " " + engine.run().view().message();
    }

    private Optional<Ending> ending(StepOrder order) {
        var name = "{{wf}}" + order.nodeName().substring(order.runName().length());
        orders.put(name, new Given(order, now));
        if (order.template().daemon()) {
            return Optional.empty();
        }
        var node = recorded.nodes().get(name);
        return Optional.of(node == null ? ManualEngine.exited(0, "") : as(node, order.template()));
    }

    private static Ending as(Value node, ResolvedTemplate template) {
        var phase = node.textAt("phase").orElse("");
        var outputs = node.mapAt("outputs");
        int code =
                phase.equals("Succeeded")
                        ? 0
                        : outputs.textAt("exitCode").map(Integer::parseInt).filter(one -> one != 0).orElse(1);
        var result = outputs.textAt("result");
        var parameters = new LinkedHashMap<String, String>();
        for (var one : outputs.listAt("parameters")) {
            one.find("value").ifPresent(value -> parameters.put(one.textAt("name").orElse(""), Json.text(value)));
        }
        if (phase.equals("Error")) {
            return new Ending.NotStarted(node.textAt("message").orElse(""));
        }
        if (new Template(template.json()).served()) {
            return new Ending.Served(
                    code == 0 ? Ending.Outcome.SUCCEEDED : Ending.Outcome.FAILED,
                    node.textAt("message").orElse(""),
                    OptionalInt.empty(),
                    result,
                    parameters);
        }
        if (template.grouped()) {
            var ends =
                    template.containers().stream()
                            .map(one ->
                                    new ContainerEnd(
                                            one.name(), one.kind() == ResolvedTemplate.Kind.MAIN ? code : 0, ""))
                            .toList();
            return new Ending.GroupExited(ends, result.or(() -> Optional.of("")), parameters);
        }
        return new Ending.Exited(code, result.or(() -> Optional.of("")), parameters);
    }
}
