package tiphys.runtime.sources;

import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.regex.GoRegex;

/// A condition on one field of an object: a regular expression that is found in its text, or not. What is no text is empty, as in Argo.
///
/// @param operation `=`, `==`, `!=`
record FieldClause(String path, String operation, String pattern) {
    static final Set<String> OPERATIONS = Set.of("=", "==", "!=");

    boolean holds(String json) {
        try {
            var budget = Budget.standard();
            var found = GjsonPath.find(json, path, budget);
            if (!found.exists()) {
                return false;
            }
            boolean matches = GoRegex.find(pattern, found.isText() ? found.text() : "", budget);
            return matches != operation.equals("!=");
        } catch (EvaluationFailed _) {
            return false; // the pattern was read before; a path that cannot be followed leads nowhere
        }
    }
}
