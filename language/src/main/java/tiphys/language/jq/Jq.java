package tiphys.language.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A jq filter, parsed once. Immutable.
///
/// What it has of jq: all of its syntax but modules and `?//`, and the functions that need no input, output or clock beside
/// their value. Numbers are double floats, as gojq's are once they were read from JSON.
public final class Jq {
    private final JqNode tree;

    private Jq(JqNode tree) {
        this.tree = tree;
    }

    /// Reads a filter.
    ///
    /// @throws EvaluationFailed in gojq's words: `unexpected token "("`
    public static Jq parse(String text) {
        return new Jq(new JqParser(text).whole());
    }

    /// Everything that the filter makes of a value, in order.
    ///
    /// @throws EvaluationFailed in gojq's words at the first error that nothing catches
    public List<Value> all(Value value, Budget budget) {
        var found = new ArrayList<Value>();
        try {
            new JqRun(budget).run(tree, value, found::add);
        } catch (JqError e) {
            throw new EvaluationFailed(e.shown());
        } catch (JqBreak e) {
            throw new EvaluationFailed("break: " + e.label());
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the filter calls itself too deep");
        }
        return found;
    }

    /// The first thing that the filter makes of a value; what would come after it is not made.
    ///
    /// @throws EvaluationFailed as [#all]
    public Optional<Value> first(Value value, Budget budget) {
        var found = new ArrayList<Value>(1);
        try {
            new JqRun(budget)
                    .run(
                            tree,
                            value,
                            one -> {
                                found.add(one);
                                throw new Enough();
                            });
        } catch (Enough _) {
            return Optional.of(found.getFirst());
        } catch (JqError e) {
            throw new EvaluationFailed(e.shown());
        } catch (JqBreak e) {
            throw new EvaluationFailed("break: " + e.label());
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the filter calls itself too deep");
        }
        return Optional.empty();
    }

    /// Ends a run whose further results nobody wants.
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;

        Enough() {
            super(null, null, false, false);
        }
    }

    /// A value as gojq's JSON: keys sorted, `<`, `>` and `&` escaped.
    public static String json(Value value) {
        return JqValues.json(value);
    }

    /// The same as Argo prints it: a text as it is, everything else as JSON with sorted keys, a line each.
    ///
    /// @throws EvaluationFailed as [#all]
    public String print(Value value, Budget budget) {
        var lines = new StringBuilder();
        for (var one : all(value, budget)) {
            var line = one instanceof Value.Text(var text, _) ? text : JqValues.json(one);
            budget.make(line.length());
            lines.append(line).append('\n');
        }
        return lines.toString().strip();
    }

    /// A value as messages show it, for tests of what this package says.
    static String shown(Value value) {
        return Json.write(value);
    }
}
