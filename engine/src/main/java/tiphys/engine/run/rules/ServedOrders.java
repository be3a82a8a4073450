package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.Map;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What the order of a step that the server does itself needs beside its template.
final class ServedOrders {
    private ServedOrders() {}

    /// The template with its inputs, which a plugin is told, and with the service account that a resource's change is made in the name of:
    /// the template's own, else the workflow's.
    ///
    /// @param resolved the template, its tags replaced
    /// @param declared the same as the manifest has it
    /// @param inputs the values of its parameters
    static Template completed(Template resolved, Template declared, Map<String, String> inputs, WorkflowSpec spec) {
        var json = resolved.json();
        if (json.find("plugin").isPresent() && !inputs.isEmpty()) {
            var list = new ArrayList<Value>();
            for (var input : declared.inputs()) {
                var value = inputs.get(input.name());
                list.add(value == null ? input.json() : input.json().with("value", Value.text(value)));
            }
            json = json.with("inputs", Value.object("parameters", list));
        }
        if (json.textAt("serviceAccountName").orElse("").isEmpty()) {
            var account = spec.json().textAt("serviceAccountName").orElse("");
            if (!account.isEmpty()) {
                json = json.with("serviceAccountName", Value.text(account));
            }
        }
        return new Template(json);
    }
}
