package tiphys.language.expr.builtin;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.value.Plain;

/// The functions that an expression may call, beside those with predicates: expr's own and Argo's. Their arguments were checked
/// as far as their types are known before; the rest is checked when they are called.
public final class Builtins {
    /// What a function does.
    interface Body {
        @Nullable Object call(BuiltinArguments arguments);
    }

    /// Argo's names beside expr's.
    public static final Set<String> ARGO = Set.of("asInt", "asFloat", "jsonpath", "toJson");

    private static final Map<String, Body> ALL = all();

    private static final Set<String> NAMES = known();

    private Builtins() {}

    private static Map<String, Body> all() {
        var all = new HashMap<String, Body>();
        TextBuiltins.add(all);
        NumberBuiltins.add(all);
        ListBuiltins.add(all);
        TimeBuiltins.add(all);
        return Map.copyOf(all);
    }

    private static Set<String> known() {
        var names = new HashSet<>(ALL.keySet());
        names.removeAll(ARGO);
        return Set.copyOf(names);
    }

    /// The names of expr's own functions; those with predicates are not among them.
    public static Set<String> names() {
        return NAMES;
    }

    /// What a function gives.
    ///
    /// @param moment what `now` asks for; null if there is none
    /// @throws EvaluationFailed in Go's words, or if it would make more than the budget allows
    public static @Nullable Object call(
            String name, List<@Nullable Object> arguments, Budget budget, @Nullable Moment moment) {
        var body = ALL.get(name);
        if (body == null) {
            throw new EvaluationFailed("unknown name " + name);
        }
        return body.call(new BuiltinArguments(name, arguments, budget, moment));
    }

    /// Whether an order is from high to low.
    ///
    /// @throws EvaluationFailed if it is neither `asc` nor `desc`
    public static boolean isDown(@Nullable Object order) {
        if (!(order instanceof String text)) {
            throw new EvaluationFailed("sort order argument must be a string (got " + Plain.type(order) + ")");
        }
        return switch (text) {
            case "asc" -> false;
            case "desc" -> true;
            default -> throw new EvaluationFailed("invalid order " + text + ", expected asc or desc");
        };
    }
}
