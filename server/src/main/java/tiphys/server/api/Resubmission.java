package tiphys.server.api;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.Resubmitted;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.server.http.Problem;

/// Makes the Workflow that `argo resubmit` makes of another one: the same spec under a new name, with some parameters changed.
final class Resubmission {
    private Resubmission() {}

    /// @param template the WorkflowTemplate that the original refers to, if it does and that is there
    /// @param given the parameters that shall be others, by name
    /// @param wish `memoized`, if what went well is not to run again, and another `priority`
    /// @throws Problem.Thrown 422 for a parameter that the original does not have
    static ApiObject workflow(
            ApiObject original, Optional<ApiObject> template, Map<String, String> given, Value.Mapping wish) {
        check(original.name(), original.spec(), template, given);
        boolean memoized = wish.find("memoized").filter(Value.bool(true)::equals).isPresent();
        var made = memoized ? memoized(original, given) : Resubmitted.workflow(original, given);
        return wish.find("priority")
                .filter(Value.Number.class::isInstance)
                .map(priority ->
                        new ApiObject(made.type(), made.json().with("spec", made.spec().with("priority", priority))))
                .orElse(made);
    }

    private static ApiObject memoized(ApiObject original, Map<String, String> given) {
        var phase = original.status().textAt("phase").orElse("");
        if (!phase.equals("Failed") && !phase.equals("Error")) {
            throw new Problem(
                            409,
                            "TIP-4091",
                            "workflow must be Failed/Error to resubmit in memoized mode",
                            "resubmit it without --memoized")
                    .thrown();
        }
        return Resubmitted.memoized(original, given);
    }

    private static void check(
            String original, Value.Mapping spec, Optional<ApiObject> template, Map<String, String> given) {
        var known = new LinkedHashSet<>(names(spec));
        template.ifPresent(one -> known.addAll(names(one.spec())));
        for (var name : given.keySet()) {
            if (!known.contains(name)) {
                throw new Problem(
                                422,
                                "TIP-4221",
                                "Workflow " + original + " has no parameter " + Call.shortened(name),
                                known.isEmpty() ? "it takes none" : "its parameters are " + String.join(", ", known))
                        .thrown();
            }
        }
    }

    private static List<String> names(Value.Mapping spec) {
        return new WorkflowSpec(spec).arguments().stream().map(Parameter::name).toList();
    }
}
