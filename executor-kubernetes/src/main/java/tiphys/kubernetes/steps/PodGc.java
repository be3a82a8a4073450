package tiphys.kubernetes.steps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.LabelRequirement;
import tiphys.objects.LabelRequirement.Operator;

/// When a Workflow's pod that is over goes, as `podGC` says it.
///
/// @param delay between the moment from which it may go and its deletion
record PodGc(Strategy strategy, Duration delay) {
    /// Stays until somebody deletes it, or its Workflow.
    static final PodGc NONE = new PodGc(Strategy.NEVER, Duration.ZERO);

    /// Argo's own where the manifest says nothing.
    private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

    /// Argo's words.
    enum Strategy {
        NEVER(""),
        ON_POD_COMPLETION("OnPodCompletion"),
        ON_POD_SUCCESS("OnPodSuccess"),
        ON_WORKFLOW_COMPLETION("OnWorkflowCompletion"),
        ON_WORKFLOW_SUCCESS("OnWorkflowSuccess");

        private final String word;

        Strategy(String word) {
            this.word = word;
        }

        static Optional<Strategy> of(String word) {
            for (var one : values()) {
                if (one.word.equals(word)) {
                    return Optional.of(one);
                }
            }
            return Optional.empty();
        }
    }

    /// What is to be done with a pod.
    enum Fate {
        /// It stays, and bears Argo's label of one that is completed.
        STAYS,
        /// It is deleted after the delay.
        GOES,
        /// Its Workflow has to be over first.
        WAITS
    }

    /// What a manifest says of the pods with these labels. One that its selector does not mean, stays.
    ///
    /// @param json `podGC`; empty if the manifest has none
    static PodGc of(Value.Mapping json, Map<String, String> labels) {
        var strategy = Strategy.of(json.textAt("strategy").orElse("")).orElse(Strategy.NEVER);
        var meant =
                selector(json.mapAt("labelSelector")).stream()
                        .allMatch(one -> one.matches(label -> Optional.ofNullable(labels.get(label))));
        return strategy == Strategy.NEVER || !meant
                ? NONE
                : new PodGc(
                        strategy,
                        json.find("deleteDelayDuration")
                                .map(Json::text)
                                .flatMap(GoDuration::parseOrSeconds)
                                .filter(delay -> !delay.isNegative())
                                .orElse(USUAL_DELAY));
    }

    private static List<LabelRequirement> selector(Value.Mapping json) {
        var all = new ArrayList<LabelRequirement>();
        json.mapAt("matchLabels")
                .fields()
                .forEach((label, value) ->
                        all.add(new LabelRequirement(label, Operator.EQUALS, List.of(Json.text(value)))));
        for (var one : json.listAt("matchExpressions")) {
            var operator =
                    switch (one.textAt("operator").orElse("")) {
                        case "In" -> Operator.IN;
                        case "NotIn" -> Operator.NOT_IN;
                        case "DoesNotExist" -> Operator.ABSENT;
                        default -> Operator.EXISTS;
                    };
            var values = one.listAt("values").stream().map(Json::text).sorted().toList();
            all.add(new LabelRequirement(one.textAt("key").orElse(""), operator, values));
        }
        return all;
    }

    /// What becomes of a pod.
    ///
    /// @param pod its phase
    /// @param workflow the phase of its Workflow, if that is over
    Fate fate(String pod, Optional<String> workflow) {
        return switch (strategy) {
            case NEVER -> Fate.STAYS;
            case ON_POD_COMPLETION -> Fate.GOES;
            case ON_POD_SUCCESS -> pod.equals("Succeeded") ? Fate.GOES : Fate.STAYS;
            case ON_WORKFLOW_COMPLETION -> workflow.isPresent() ? Fate.GOES : Fate.WAITS;
            case ON_WORKFLOW_SUCCESS ->
                    workflow.map(phase -> phase.equals("Succeeded") ? Fate.GOES : Fate.STAYS).orElse(Fate.WAITS);
        };
    }
}
