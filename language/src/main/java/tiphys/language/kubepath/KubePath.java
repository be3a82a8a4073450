package tiphys.language.kubepath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A template of kubectl's `-o jsonpath=`: texts, and between braces paths whose values are printed, several with blanks between
/// them. What a path does not find prints nothing, as kubectl has it. Immutable.
public final class KubePath {
    private final String text;
    private final List<Part> parts;

    private KubePath(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    /// Reads a template.
    ///
    /// @throws EvaluationFailed in kubectl's words if it cannot be read
    public static KubePath parse(String text) {
        try {
            return new KubePath(text, new PathReader(text).template());
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("error parsing jsonpath " + text + ", " + e.getMessage());
        }
    }

    /// What the template prints of an object.
    ///
    /// @throws EvaluationFailed in kubectl's words if a list has no such place
    public String print(Value object, Budget budget) {
        var out = new StringBuilder();
        try {
            print(parts, object, out, budget);
        } catch (EvaluationFailed e) {
            throw budget.isExceeded()
                    ? e
                    : new EvaluationFailed(
                            "error executing jsonpath \"" + text + "\": Error executing template: " + e.getMessage());
        }
        return out.toString();
    }

    private static void print(List<Part> parts, Value object, StringBuilder out, Budget budget) {
        for (var part : parts) {
            switch (part) {
                case Part.Words(var words) -> add(words, out, budget);
                case Part.Path(var steps) -> {
                    var first = true;
                    for (var value : Steps.find(steps, object, budget)) {
                        add(first ? shown(value) : " " + shown(value), out, budget);
                        first = false;
                    }
                }
                case Part.Range(var steps, var body) -> {
                    for (var value : Steps.find(steps, object, budget)) {
                        print(body, value, out, budget);
                    }
                }
            }
        }
    }

    private static void add(String text, StringBuilder out, Budget budget) {
        budget.make(text.length());
        out.append(text);
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> text;
            case Value.Null _ -> "<nil>";
            case Value.Bool _, Value.Number _, Value.Sequence _, Value.Mapping _ -> Json.write(value);
        };
    }

    /// A part of a template.
    sealed interface Part {
        /// Printed as it is.
        record Words(String text) implements Part {}

        /// What is found is printed.
        record Path(List<Step> steps) implements Part {
            public Path {
                steps = List.copyOf(steps);
            }
        }

        /// The body is printed for each thing that is found.
        record Range(List<Step> steps, List<Part> body) implements Part {
            public Range {
                steps = List.copyOf(steps);
                body = List.copyOf(body);
            }
        }
    }

    /// A step of a path.
    sealed interface Step {
        /// A field of an object.
        record Field(String name) implements Step {}

        /// Everything in an object or a list.
        record All() implements Step {}

        /// Every object and list below, and the thing itself.
        record Below() implements Step {}

        /// Some of a list.
        record Slice(List<@Nullable Integer> bounds, boolean one) implements Step {
            public Slice {
                bounds = new ArrayList<>(bounds); // may hold null
            }
        }

        /// Several steps, one beside the other.
        record Union(List<List<Step>> choices) implements Step {
            public Union {
                choices = List.copyOf(choices);
            }
        }

        /// What of a list satisfies a comparison; without an operator, what has the path.
        record Filter(Operand left, String operator, Operand right) implements Step {}

        /// A text that stands in a path.
        record Constant(Value value) implements Step {}
    }

    /// One side of a comparison.
    record Operand(List<Step> steps) {
        Operand {
            steps = List.copyOf(steps);
        }
    }
}
