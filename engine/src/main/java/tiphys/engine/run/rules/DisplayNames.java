package tiphys.engine.run.rules;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.workflow.Template;

/// How nodes are shown to people: what their template's annotation `workflows.argoproj.io/display-name` says, or the node's
/// name without the part that its boundary's name gives.
public final class DisplayNames {
    static final String RULE = "^[a-zA-Z0-9][a-zA-Z0-9-.]{0,61}[a-zA-Z0-9]$";

    private static final Pattern ALLOWED = Pattern.compile(RULE);

    private DisplayNames() {}

    /// The node's display name.
    public static String of(RunState state, Node node) {
        if (node.template.isEmpty() || node.role == Role.TRY || node.role == Role.PART) {
            return state.displayName(node);
        }
        try {
            return state.library()
                    .plan(node.template)
                    .flatMap(plan -> annotated(state, plan.template(), node.inputs))
                    .filter(name -> ALLOWED.matcher(name).matches())
                    .orElseGet(() -> state.displayName(node));
        } catch (EvaluationFailed e) {
            return state.displayName(node);
        }
    }

    /// Checks what a template's annotation comes to.
    ///
    /// @throws EvaluationFailed if that is no name
    static void check(RunState state, Template template, Map<String, String> inputs) {
        if (annotated(state, template, inputs).filter(name -> !ALLOWED.matcher(name).matches()).isPresent()) {
            throw new EvaluationFailed("displayName must match the regex " + RULE);
        }
    }

    private static Optional<String> annotated(RunState state, Template template, Map<String, String> inputs) {
        return template.json()
                .textAt("annotations", "workflows.argoproj.io/display-name")
                .filter(name -> !name.isEmpty())
                .map(name -> Tags.replace(name, new RunScope(state, inputs, -1), Unresolved.LAST, Budget.standard()));
    }
}
