package tiphys.language.expr;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Scope;
import tiphys.language.Vectors;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class ExprVectorsTest {
    private static final Moment MOMENT = new Moment(Instant.parse("2026-01-02T03:04:05Z"), 7);

    @Test
    void expr_gives_the_same() {
        Vectors.compare("expr", ExprVectorsTest::difference);
    }

    @Test
    void sprig_gives_the_same() {
        Vectors.compare("sprig", ExprVectorsTest::difference);
    }

    /// What was answered, if it was recorded otherwise. Where Go fails, the sentence may be another.
    private static Optional<String> difference(Vectors.Row row) {
        var variables = ((Value.Mapping) Json.parse(row.environment())).fields();
        boolean fails = row.json().find("error").isPresent();
        try {
            var value = Expression.parse(row.input()).evaluate(Scope.of(variables).at(MOMENT), Budget.standard());
            boolean same = !fails && value.equals(row.json().find("result").orElse(Value.nothing()));
            return same ? Optional.empty() : Optional.of(Json.write(value));
        } catch (EvaluationFailed e) {
            return fails ? Optional.empty() : Optional.of(e.getMessage());
        }
    }
}
