package tiphys.language.gotemplate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.gotemplate.TemplateNode.Operand;
import tiphys.language.sprig.Sprig;
import tiphys.language.sprig.SprigFunction;
import tiphys.language.value.GoPrintf;
import tiphys.language.value.Int64;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// The functions of templates: Go's own, and Sprig's, which come before them where both have a name.
final class TemplateFunctions {
    static final Set<String> NAMES =
            Set.of(
                    "and",
                    "or",
                    "not",
                    "len",
                    "index",
                    "print",
                    "println",
                    "printf",
                    "html",
                    "js",
                    "urlquery",
                    "eq",
                    "ne",
                    "lt",
                    "le",
                    "gt",
                    "ge");

    private final Budget budget;
    private final Moment moment;

    TemplateFunctions(Budget budget, Moment moment) {
        this.budget = budget;
        this.moment = moment;
    }

    /// @param written the arguments as they are written, evaluated one after another
    /// @param last what comes behind them
    @Nullable Object call(
            String name,
            List<Operand> written,
            Function<Operand, @Nullable Object> evaluate,
            List<@Nullable Object> last) {
        if (name.equals("and") || name.equals("or")) {
            return joined(name.equals("and"), written, evaluate, last);
        }
        var sprig = Sprig.find(name);
        if (sprig.isPresent()) {
            return sprig(sprig.get(), written, evaluate, last);
        }
        var arguments = new ArrayList<@Nullable Object>();
        written.forEach(one -> arguments.add(evaluate.apply(one)));
        arguments.addAll(last);
        arguments.forEach(one -> budget.spend(Plain.size(one)));
        return own(name, arguments);
    }

    private static @Nullable Object joined(
            boolean and,
            List<Operand> written,
            Function<Operand, @Nullable Object> evaluate,
            List<@Nullable Object> last) {
        if (written.isEmpty() && last.isEmpty()) {
            throw new EvaluationFailed("wrong number of args for " + (and ? "and" : "or") + ": want at least 1 got 0");
        }
        Object value = null;
        for (var one : written) {
            value = evaluate.apply(one);
            if (isTrue(value) != and) {
                return value; // what follows is not evaluated
            }
        }
        return last.isEmpty() ? value : last.getFirst();
    }

    /// Calls one of Sprig's as templates do: a number that is written takes the type that is asked for, and nil goes only where Go has a
    /// nil.
    private @Nullable Object sprig(
            SprigFunction function,
            List<Operand> written,
            Function<Operand, @Nullable Object> evaluate,
            List<@Nullable Object> last) {
        var types = function.parameters();
        int star = types.indexOf('*');
        int fixed = star < 0 ? types.length() : star;
        var arguments = new ArrayList<@Nullable Object>();
        for (var one : written) {
            char type =
                    arguments.size() < fixed ? types.charAt(arguments.size()) : star < 0 ? 'a' : types.charAt(star + 1);
            arguments.add(one instanceof Operand.Number(var number) ? typed(number, type) : evaluate.apply(one));
        }
        arguments.addAll(last);
        for (int i = 0; i < arguments.size(); i++) {
            char type = i < fixed ? types.charAt(i) : star < 0 ? 'a' : types.charAt(star + 1);
            if (arguments.get(i) == null && "sibft".indexOf(type) >= 0) {
                throw new EvaluationFailed(
                        "error calling "
                                + function.name()
                                + ": invalid value; there is nothing where a value is expected");
            }
        }
        try {
            return function.call(arguments, budget, moment);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("error calling " + function.name() + ": " + e.getMessage());
        }
    }

    private static Object typed(Object number, char type) {
        if (type == 'f' && number instanceof Long whole) {
            return (double) whole;
        }
        if (type == 'i' && number instanceof Double real && real == Math.rint(real) && Math.abs(real) < 9e15) {
            return real.longValue();
        }
        return number;
    }

    private @Nullable Object own(String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "not" -> !isTrue(only(name, arguments));
            case "len" -> length(only(name, arguments));
            case "index" -> index(arguments);
            case "print" -> sprint(arguments);
            case "println" -> {
                var out = new ArrayList<String>();
                arguments.forEach(one -> out.add(PlainText.print(one, budget)));
                yield PlainText.join(out, " ", budget) + "\n";
            }
            case "printf" -> {
                if (arguments.isEmpty() || !(arguments.getFirst() instanceof String format)) {
                    throw new EvaluationFailed("error calling printf: the first argument must be a text");
                }
                yield GoPrintf.sprintf(format, arguments.subList(1, arguments.size()), budget);
            }
            case "html" -> html(sprint(arguments));
            case "js" -> js(sprint(arguments));
            case "urlquery" -> made(query(sprint(arguments)));
            case "eq" -> TemplateComparison.equalToAny(arguments);
            case "ne" -> !TemplateComparison.equalToAny(two(name, arguments));
            case "lt" -> TemplateComparison.less(two(name, arguments));
            case "ge" -> !TemplateComparison.less(two(name, arguments));
            case "gt" -> TemplateComparison.less(two(name, arguments).reversed());
            case "le" -> !TemplateComparison.less(two(name, arguments).reversed());
            default -> throw new IllegalStateException("the parser let an unknown function through: " + name);
        };
    }

    private static @Nullable Object only(String name, List<@Nullable Object> arguments) {
        counted(name, arguments, 1);
        return arguments.getFirst();
    }

    private static List<@Nullable Object> two(String name, List<@Nullable Object> arguments) {
        counted(name, arguments, 2);
        return arguments;
    }

    private static void counted(String name, List<@Nullable Object> arguments, int count) {
        if (arguments.size() != count) {
            throw new EvaluationFailed(
                    "wrong number of args for " + name + ": want " + count + " got " + arguments.size());
        }
    }

    private static Object length(@Nullable Object value) {
        return switch (value) {
            case String text -> (long) text.getBytes(StandardCharsets.UTF_8).length;
            case List<?> list -> (long) list.size();
            case Map<?, ?> map -> (long) map.size();
            case null -> throw new EvaluationFailed("error calling len: len of nil pointer");
            default -> throw new EvaluationFailed("error calling len: len of type " + Plain.type(value));
        };
    }

    private static @Nullable Object index(List<@Nullable Object> arguments) {
        if (arguments.isEmpty()) {
            throw new EvaluationFailed("wrong number of args for index: want at least 1 got 0");
        }
        var value = arguments.getFirst();
        for (var key : arguments.subList(1, arguments.size())) {
            value =
                    switch (value) {
                        case null -> throw new EvaluationFailed("error calling index: index of untyped nil");
                        case Map<?, ?> map when key instanceof String name -> map.get(name);
                        case Map<?, ?> _ ->
                                throw new EvaluationFailed(
                                        "error calling index: value has type "
                                                + Plain.type(key)
                                                + "; should be string");
                        case List<?> list -> list.get(place(key, list.size(), "index"));
                        case String text -> {
                            var bytes = text.getBytes(StandardCharsets.UTF_8);
                            yield (long) (bytes[place(key, bytes.length, "index")] & 0xff);
                        }
                        default ->
                                throw new EvaluationFailed(
                                        "error calling index: can't index item of type " + Plain.type(value));
                    };
        }
        return value;
    }

    private static int place(@Nullable Object key, int size, String doing) {
        if (!Plain.isWhole(key) || !(key instanceof Number number)) {
            throw new EvaluationFailed(
                    "error calling " + doing + ": cannot index slice/array with type " + Plain.type(key));
        }
        if (number.longValue() < 0 || number.longValue() >= size) {
            throw new EvaluationFailed("error calling " + doing + ": index out of range: " + number);
        }
        return number.intValue();
    }

    /// As Go's `Sprint`: a blank between two values of which neither is a text.
    private String sprint(List<@Nullable Object> values) {
        var out = new StringBuilder();
        boolean textBefore = true;
        for (int i = 0; i < values.size(); i++) {
            boolean text = values.get(i) instanceof String;
            if (i > 0 && !text && !textBefore) {
                out.append(' ');
            }
            textBefore = text;
            out.append(made(PlainText.print(values.get(i), budget)));
        }
        return out.toString();
    }

    private String made(String text) {
        budget.make(text.length());
        return text;
    }

    /// As Go escapes what stands in a query.
    private static String query(String text) {
        var out = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.~".indexOf(c) >= 0) {
                out.append(c);
            } else if (c == ' ') {
                out.append('+');
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return out.toString();
    }

    private String html(String text) {
        return made(
                text.replace("&", "&amp;")
                        .replace("\0", "\uFFFD")
                        .replace("\"", "&#34;")
                        .replace("'", "&#39;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;"));
    }

    private String js(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '\\' -> out.append("\\\\");
                        case '\'' -> out.append("\\'");
                        case '"' -> out.append("\\\"");
                        case '<', '>', '&', '=' -> out.append(String.format("\\u%04X", c));
                        default -> {
                            if (c < ' ') {
                                out.append(String.format("\\u%04X", c));
                            } else {
                                out.appendCodePoint(c);
                            }
                        }
                    }
                });
        return made(out.toString());
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Int64 number -> number.longValue() != 0;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }
}
