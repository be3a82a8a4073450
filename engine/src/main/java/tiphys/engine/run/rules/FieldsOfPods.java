package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What a step may ask of its pod: labels, annotations, the service account. An order carries them where its template asks for
/// any, and not else.
final class FieldsOfPods {
    private FieldsOfPods() {}

    /// Whether a variable or a volume of a template holds fields of its pod.
    static boolean asked(Template template, WorkflowSpec spec) {
        return template.container().listAt("env").stream()
                        .anyMatch(one -> one.find("valueFrom", "fieldRef").isPresent())
                || Stream.concat(template.volumes().stream(), spec.json().listAt("volumes").stream())
                        .anyMatch(volume ->
                                volume.find("downwardAPI").isPresent() || volume.find("projected").isPresent());
    }

    /// What a workflow says of every pod, and what of it a template may say better.
    private static final List<String> OF_ALL = List.of("hostNetwork", "dnsPolicy", "dnsConfig", "imagePullSecrets");

    private static final List<String> OF_EITHER = List.of("securityContext", "hostAliases");

    /// Annotations that are about this program.
    private static final String OWN = "tiphys.io/";

    /// A template's fields with what the workflow says of every pod that a container can honour, and with its own annotations for
    /// this program.
    static Value.Mapping own(Value.Mapping json, Template template, WorkflowSpec spec) {
        var full = json;
        for (var field : OF_ALL) {
            full = spec.json().find(field).map(joined(full, field)).orElse(full);
        }
        for (var field : OF_EITHER) {
            if (full.find(field).isEmpty()) {
                full = spec.json().find(field).map(joined(full, field)).orElse(full);
            }
        }
        var annotations = new LinkedHashMap<String, Object>(full.mapAt("metadata", "annotations").fields());
        for (var side :
                List.of(
                        spec.json().mapAt("podMetadata", "annotations"),
                        template.json().mapAt("metadata", "annotations"))) {
            side.fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(OWN)) {
                            annotations.put(name, value);
                        }
                    });
        }
        return annotations.isEmpty()
                ? full
                : full.with("metadata", full.mapAt("metadata").with("annotations", Value.of(annotations)));
    }

    private static Function<Value, Value.Mapping> joined(Value.Mapping json, String field) {
        return value -> json.with(field, value);
    }

    /// A template's fields with what its pod would bear; the template's own wins over the workflow's.
    static Value.Mapping with(Value.Mapping json, Template template, WorkflowSpec spec) {
        var metadata = new LinkedHashMap<String, Object>();
        for (var field : List.of("labels", "annotations")) {
            var merged = new LinkedHashMap<String, Object>(spec.json().mapAt("podMetadata", field).fields());
            merged.putAll(template.json().mapAt("metadata", field).fields());
            if (!merged.isEmpty()) {
                metadata.put(field, merged);
            }
        }
        var account =
                template.json()
                        .textAt("serviceAccountName")
                        .filter(name -> !name.isEmpty())
                        .or(() -> spec.json().textAt("serviceAccountName").filter(name -> !name.isEmpty()));
        var full = metadata.isEmpty() ? json : json.with("metadata", Value.of(metadata));
        return account.map(name -> full.with("serviceAccountName", Value.text(name))).orElse(full);
    }
}
