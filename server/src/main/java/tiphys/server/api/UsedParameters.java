package tiphys.server.api;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.manifest.Json;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;

/// Finds the parameters of a workflow that a template's steps use without the template declaring them: whoever submits it has
/// to give them, as `argo submit --from` lets one do.
final class UsedParameters {
    private static final Pattern TAG = Pattern.compile("\\{\\{\\s*workflow\\.parameters\\.([A-Za-z0-9_-]+)\\s*}}");

    private UsedParameters() {}

    /// Their names in the order in which they are first used.
    static Set<String> undeclared(ApiObject template) {
        var used = new LinkedHashSet<String>();
        var tags = TAG.matcher(Json.write(template.spec()));
        while (tags.find()) {
            used.add(tags.group(1));
        }
        new WorkflowSpec(template.spec()).arguments().stream().map(Parameter::name).forEach(used::remove);
        return used;
    }
}
