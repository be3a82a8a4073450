package tiphys.language.bombs;

import java.time.Instant;
import java.util.Map;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Rows;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;

/// Sets off the bombs of a file, one after the other, and prints a line for each: how it ended, how many bytes were made, how
/// long it took. It is run in a process of its own with a small heap and a small stack, which a bomb that goes off ends.
public final class BombRunner {
    private static final int BIG = 1_000_000;
    private static final Scope SCOPE =
            Scope.of(
                            Map.of(
                                    "BIG", Value.text("a".repeat(BIG)),
                                    "DEEPJSON", Value.text("[".repeat(100_000) + "]".repeat(100_000))))
                    .at(new Moment(Instant.EPOCH, 1));

    private BombRunner() {}

    public static void main(String[] arguments) {
        Rows.lines("bombs.txt")
                .forEach(line -> {
                    var parts = line.split(" \\| ", 2);
                    var budget = Budget.standard();
                    long start = System.nanoTime();
                    String end;
                    try {
                        end = "made " + run(parts[0], parts[1], budget);
                    } catch (EvaluationFailed e) {
                        end = "failed " + e.getMessage().lines().findFirst().orElse("");
                    }
                    System.out.println(
                            line + "\t" + end + "\t" + budget.made() + "\t" + (System.nanoTime() - start) / 1_000_000);
                });
    }

    /// How large the result is.
    private static long run(String language, String text, Budget budget) {
        int times = text.lastIndexOf(" x ");
        var repeated =
                times < 0 || language.equals("expr")
                        ? text
                        : text.substring(0, times).repeat(Integer.parseInt(text.substring(times + 3)));
        return switch (language) {
            case "expr" -> size(Expression.parse(repeated).evaluate(SCOPE, budget));
            case "parse" -> Expression.parse(repeated).names().size();
            case "tags" -> Tags.replace(repeated, SCOPE, Unresolved.REFUSE, budget).length();
            case "tree" ->
                    size(
                            Tags.replace(
                                    Value.list(java.util.List.of(Value.text(repeated))),
                                    SCOPE,
                                    Unresolved.LAST,
                                    budget));
            default -> throw new IllegalArgumentException(language);
        };
    }

    private static long size(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> text.length();
            case Value.Sequence(var items, _) -> items.size();
            default -> 1;
        };
    }
}
