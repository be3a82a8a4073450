package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.value.NoList;
import tiphys.language.value.Plain;

/// One function.
///
/// @param parameters a letter for each parameter's type in Go: `a`ny, `s`tring, `i`nt, `b`ool, `f`loat64, `m`ap, `t`ime,
///     `l`ist, `u`int32 (which no expression can give); after a `*` the type of all further ones
public record SprigFunction(String name, String parameters, Body body) {
    /// What it does. What Go's would end in a panic with is thrown.
    interface Body {
        @Nullable Object call(Arguments arguments);
    }

    /// Calls it as Go's reflection does: the number and the types of the arguments must fit; nil is the type's zero.
    ///
    /// @param moment what `now` and what is random ask for; null if there is none
    /// @throws EvaluationFailed in Go's words, or if it would make more than the budget allows
    public @Nullable Object call(List<@Nullable Object> arguments, Budget budget, @Nullable Moment moment) {
        int variadic = parameters.indexOf('*');
        int fixed = variadic < 0 ? parameters.length() : variadic;
        if (variadic < 0 ? arguments.size() != fixed : arguments.size() < fixed) {
            throw new EvaluationFailed(
                    "invalid number of arguments: expected "
                            + (variadic < 0 ? "" : "at least ")
                            + fixed
                            + ", got "
                            + arguments.size());
        }
        var checked = new ArrayList<@Nullable Object>(arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            budget.spend(Plain.size(arguments.get(i)));
            char type = parameters.charAt(i < fixed ? i : variadic + 1);
            checked.add(checked(type, arguments.get(i), i < fixed));
        }
        try {
            return body.call(new Arguments(name, checked, budget, moment));
        } catch (ArithmeticException _) {
            throw new EvaluationFailed("runtime error: integer divide by zero");
        }
    }

    private static @Nullable Object checked(char type, @Nullable Object value, boolean fixed) {
        boolean fits =
                value == null
                        || switch (type) {
                            case 's' -> value instanceof String;
                            case 'i' -> value instanceof Long;
                            case 'b' -> value instanceof Boolean;
                            case 'f' -> value instanceof Double;
                            case 'm' -> value instanceof Map<?, ?>;
                            case 't' -> value instanceof java.time.ZonedDateTime;
                            case 'l' -> value instanceof List<?>;
                            case 'u' -> false;
                            default -> true;
                        };
        if (!fits) {
            var got = Plain.type(value);
            throw new EvaluationFailed(
                    fixed
                            ? String.format(Locale.ROOT, "reflect: Call using %s as type %s", got, go(type))
                            : String.format(Locale.ROOT, "reflect: cannot use %s as type %s in Call", got, go(type)));
        }
        return value != null ? value : zero(type);
    }

    private static @Nullable Object zero(char type) {
        return switch (type) {
            case 's' -> "";
            case 'i', 'u' -> 0L;
            case 'b' -> false;
            case 'f' -> 0.0;
            case 'm' -> Map.of();
            case 't' -> tiphys.language.value.Times.ZERO;
            case 'l' -> NoList.NONE;
            default -> null;
        };
    }

    private static String go(char type) {
        return switch (type) {
            case 's' -> "string";
            case 'i' -> "int";
            case 'b' -> "bool";
            case 'f' -> "float64";
            case 'm' -> "map[string]interface {}";
            case 't' -> "time.Time";
            case 'l' -> "[]interface {}";
            default -> "uint32";
        };
    }
}
