package tiphys.served.resource;

import java.util.List;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.GjsonPath;
import tiphys.manifest.Json;
import tiphys.objects.ApiObject;
import tiphys.objects.LabelRequirement;
import tiphys.objects.Refusal;

/// When a resource template is over: label selectors whose keys are paths into the object (Argo's `matchConditions`).
record Conditions(List<LabelRequirement> success, List<LabelRequirement> failure) {
    Conditions {
        success = List.copyOf(success);
        failure = List.copyOf(failure);
    }

    /// Reads what a template says; both may be empty.
    ///
    /// @throws KubectlFailed if they do not follow the grammar
    static Conditions read(String success, String failure) {
        return new Conditions(clauses("success", success), clauses("fail", failure));
    }

    private static List<LabelRequirement> clauses(String what, String selector) {
        try {
            return LabelRequirement.parse(selector);
        } catch (Refusal e) {
            throw new KubectlFailed(what + " condition '" + selector + "' failed to parse: " + e.getMessage());
        }
    }

    boolean none() {
        return success.isEmpty() && failure.isEmpty();
    }

    /// What an object's state means.
    ///
    /// @param failed why the step fails; empty if it does not
    /// @param over whether nothing more is waited for
    record Verdict(String failed, boolean over) {}

    /// Judges an object: any failure fails, all successes succeed.
    Verdict of(ApiObject object) {
        var json = Json.write(object.json());
        for (var clause : failure) {
            if (clause.matches(path -> at(json, path))) {
                return new Verdict("failure condition '" + clause + "' evaluated true", true);
            }
        }
        return new Verdict("", success.stream().allMatch(clause -> clause.matches(path -> at(json, path))));
    }

    private static Optional<String> at(String json, String path) {
        try {
            var found = GjsonPath.find(json, path, Budget.standard());
            return found.exists() ? Optional.of(found.text()) : Optional.empty();
        } catch (EvaluationFailed e) {
            return Optional.empty();
        }
    }
}
