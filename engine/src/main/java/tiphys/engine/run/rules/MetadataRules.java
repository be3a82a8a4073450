package tiphys.engine.run.rules;

import java.util.Map;
import java.util.regex.Pattern;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.Expression;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;

/// `spec.workflowMetadata`: labels and annotations that the Workflow object gets when it begins, and its steps can read.
final class MetadataRules {
    private static final String LABEL = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
    private static final Pattern ALLOWED = Pattern.compile(LABEL);
    private static final int LONGEST = 63;

    private final Decider deciding;
    private final RunState state;

    MetadataRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Puts them on, or ends the run if one cannot be worked out.
    ///
    /// @return whether the run goes on
    boolean apply(WorkflowSpec spec) {
        var wanted = spec.json().mapAt("workflowMetadata");
        if (wanted.fields().isEmpty()) {
            return true;
        }
        try {
            var scope = new RunScope(state, Map.of(), -1);
            var fixed =
                    (Value.Mapping)
                            Tags.replace(wanted.without("labelsFrom"), scope, Unresolved.KEEP, Budget.standard());
            var labels = RunState.texts(fixed.mapAt("labels"));
            for (var entry : wanted.mapAt("labelsFrom").fields().entrySet()) {
                var expression = entry.getValue().textAt("expression").orElse("");
                labels.put(entry.getKey(), label(entry.getKey(), expression, scope));
            }
            deciding.emit(new RunFact.Labelled(labels, RunState.texts(fixed.mapAt("annotations"))));
            return true;
        } catch (EvaluationFailed e) {
            deciding.emit(new RunFact.Ended(NodePhase.ERROR, String.valueOf(e.getMessage())));
            return false;
        }
    }

    private static String label(String name, String expression, RunScope scope) {
        var what = "\"" + name + "\" expression \"" + expression + "\" ";
        Value value;
        try {
            value = Expression.parse(expression).evaluate(scope, Budget.standard());
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("failed to evaluate label " + what.strip() + ": " + e.getMessage());
        }
        if (!(value instanceof Value.Text(var text, _))) {
            throw new EvaluationFailed(
                    "failed to evaluate label " + what + "evaluted to " + type(value) + " but must be a string");
        }
        var flaw =
                text.length() > LONGEST
                        ? "must be no more than " + LONGEST + " characters"
                        : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                                + " and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',"
                                + "  or '12345', regex used for validation is '"
                                + LABEL
                                + "')";
        if (text.length() > LONGEST || !ALLOWED.matcher(text).matches()) {
            throw new EvaluationFailed(
                    "invalid label value \""
                            + text
                            + "\" for label \""
                            + name
                            + "\" and expression \""
                            + expression
                            + "\": "
                            + flaw);
        }
        return text;
    }

    /// The type as Go prints it.
    private static String type(Value value) {
        return switch (value) {
            case Value.Text _ -> "string";
            case Value.Bool _ -> "bool";
            case Value.Number(var literal, _) -> literal.matches("-?\\d+") ? "int" : "float64";
            case Value.Null _ -> "<nil>";
            case Value.Sequence _ -> "[]interface {}";
            case Value.Mapping _ -> "map[string]interface {}";
        };
    }
}
