package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tiphys.manifest.Value;

/// `workflowRestrictions.templateReferencing` of the controller's settings: with `Strict` and `Secure` a Workflow runs nothing but
/// a WorkflowTemplate, and says little beside. What `Secure` asks beyond `Strict`, that the template does not change while the
/// Workflow runs, is true of every run.
final class Restrictions {
    private static final Set<String> MODES = Set.of("Strict", "Secure");

    /// The fields of a spec that may be there beside a template's.
    private static final Set<String> ALLOWED =
            Set.of(
                    "arguments",
                    "entrypoint",
                    "shutdown",
                    "suspend",
                    "activeDeadlineSeconds",
                    "priority",
                    "ttlStrategy",
                    "podGC",
                    "volumeClaimGC",
                    "archiveLogs",
                    "archiveSystemContainerLogs",
                    "workflowMetadata",
                    "workflowTemplateRef",
                    "metrics",
                    "artifactGC");

    /// What of [#ALLOWED] `artifactGC` reaches a pod.
    private static final Set<String> COLLECTOR = Set.of("podSpecPatch", "serviceAccountName", "podMetadata");

    /// Argo names fields as its program does.
    private static final Map<String, String> INITIALS =
            Map.of("dnsConfig", "DNSConfig", "dnsPolicy", "DNSPolicy", "ttlStrategy", "TTLStrategy");

    private Restrictions() {}

    /// Why a Workflow with a spec of its own is not run, in Argo's words; empty if it is.
    ///
    /// @param mode what the settings say; empty for nothing
    static Optional<String> forbids(String mode, Value.Mapping spec) {
        if (!MODES.contains(mode)) {
            return Optional.empty();
        }
        if (spec.mapAt("workflowTemplateRef").fields().isEmpty()) {
            return Optional.of(
                    "workflows must use workflowTemplateRef to be executed when the controller is in reference mode");
        }
        var violations = new TreeSet<String>();
        spec.fields()
                .forEach((field, value) -> {
                    if (!ALLOWED.contains(field) && says(value)) {
                        violations.add(named(field));
                    }
                });
        spec.mapAt("artifactGC")
                .fields()
                .forEach((field, value) -> {
                    if (COLLECTOR.contains(field) && says(value)) {
                        violations.add("ArtifactGC." + named(field));
                    }
                });
        return violations.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "fields ["
                                + String.join(" ", new ArrayList<>(violations))
                                + "] are not permitted when using workflowTemplateRef with templateReferencing restriction");
    }

    private static boolean says(Value value) {
        return switch (value) {
            case Value.Null _ -> false;
            case Value.Text(var text, _) -> !text.isEmpty();
            case Value.Bool(var set, _) -> set;
            case Value.Number _, Value.Mapping _, Value.Sequence _ -> true;
        };
    }

    private static String named(String field) {
        return INITIALS.getOrDefault(field, Character.toUpperCase(field.charAt(0)) + field.substring(1));
    }
}
