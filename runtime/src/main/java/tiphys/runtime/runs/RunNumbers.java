package tiphys.runtime.runs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tiphys.engine.Measure;
import tiphys.engine.Measure.Kind;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.view.RunView;
import tiphys.manifest.Value;

/// The numbers that Argo's controller has about all workflows and their pods, by the names that it gives them.
final class RunNumbers {
    private static final String RUNS = "total_count";
    private static final String PODS = "pods_total_count";
    private static final String TEMPLATES = "workflowtemplate_triggered_total";

    private RunNumbers() {}

    /// A run reached a phase.
    static List<Measure> reached(RunView run) {
        var phase = Map.of("phase", run.phase(), "namespace", run.namespace());
        var all = count(RUNS, "Total number of Workflows that have entered each phase", phase);
        var reference = run.workflow().mapAt("spec", "workflowTemplateRef");
        var name = reference.textAt("name").orElse("");
        if (name.isEmpty()) {
            return List.of(all);
        }
        var labels = new TreeMap<>(phase);
        labels.put("name", name);
        labels.put(
                "cluster_scope",
                Boolean.toString(reference.find("clusterScope").filter(Value.bool(true)::equals).isPresent()));
        var help = "Total number of workflow templates triggered by workflowTemplateRef";
        return List.of(all, count(TEMPLATES, help, labels));
    }

    /// A step's process reached a phase of a pod.
    static List<Measure> pod(String namespace, String phase) {
        return List.of(
                count(
                        PODS,
                        "Total number of pods that have entered each phase",
                        Map.of("phase", phase, "namespace", namespace)));
    }

    /// The phase of a pod whose attempt ended so.
    static String phase(Ending ending) {
        boolean well =
                switch (ending) {
                    case Ending.Exited(var code, _, _) -> code == 0;
                    case Ending.GroupExited group -> group.containers().stream().allMatch(one -> one.code() == 0);
                    case Ending.Served(var outcome, _, _, _, _) -> outcome == Ending.Outcome.SUCCEEDED;
                    case Ending.OutputsRefused _,
                            Ending.Signalled _,
                            Ending.OutOfMemory _,
                            Ending.DeadlineExceeded _,
                            Ending.Cancelled _,
                            Ending.Lost _,
                            Ending.NotStarted _ ->
                            false;
                };
        return well ? "Succeeded" : "Failed";
    }

    private static Measure count(String name, String help, Map<String, String> labels) {
        return new Measure(name, help, Kind.COUNTER, labels, 1, List.of());
    }
}
