package tiphys.language.expr.builtin;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.ExprType.Kind;

/// What functions take and give.
public final class Signatures {
    /// Makes the failure.
    public interface Wrong {
        /// @param argument which argument is wrong; negative for the call itself
        EvaluationFailed of(String what, int argument);
    }

    /// A letter for each parameter: `s`tring, `i`nt, `a`ny, `l`ist; and what comes of it, where `S` is a list of strings, `d` a
    /// duration, `z` a zone, `b` a truth value.
    private static final Map<String, List<String>> OVERLOADS =
            Map.ofEntries(
                    entry("type", List.of("a>s")),
                    entry("string", List.of("a>s")),
                    entry("trim", List.of("s>s", "ss>s")),
                    entry("trimPrefix", List.of("ss>s", "s>s")),
                    entry("trimSuffix", List.of("ss>s", "s>s")),
                    entry("upper", List.of("s>s")),
                    entry("lower", List.of("s>s")),
                    entry("split", List.of("ss>S", "ssi>S")),
                    entry("splitAfter", List.of("ss>S", "ssi>S")),
                    entry("replace", List.of("sssi>s", "sss>s")),
                    entry("repeat", List.of("si>s")),
                    entry("join", List.of("ls>s", "l>s")),
                    entry("indexOf", List.of("ss>i")),
                    entry("lastIndexOf", List.of("ss>i")),
                    entry("hasPrefix", List.of("ss>b")),
                    entry("hasSuffix", List.of("ss>b")),
                    entry("toJSON", List.of("a>s")),
                    entry("fromJSON", List.of("s>a")),
                    entry("toBase64", List.of("s>s")),
                    entry("fromBase64", List.of("s>s")),
                    entry("duration", List.of("s>d")),
                    entry("timezone", List.of("s>z")),
                    entry("sort", List.of("ls>l", "l>l")),
                    entry("bitand", List.of("ii>i")),
                    entry("bitor", List.of("ii>i")),
                    entry("bitxor", List.of("ii>i")),
                    entry("bitnand", List.of("ii>i")),
                    entry("bitshl", List.of("ii>i")),
                    entry("bitshr", List.of("ii>i")),
                    entry("bitushr", List.of("ii>i")),
                    entry("bitnot", List.of("i>i")),
                    entry("asInt", List.of("a>a")),
                    entry("asFloat", List.of("a>a")),
                    entry("toJson", List.of("a>s")),
                    entry("jsonpath", List.of("ss>a")));

    private static final Set<Kind> COUNTED = Set.of(Kind.STRING, Kind.ARRAY, Kind.BYTES, Kind.MAP, Kind.ANY_MAP);

    private Signatures() {}

    /// The type of what a function gives.
    ///
    /// @throws EvaluationFailed if it does not take such arguments
    public static ExprType result(String name, List<ExprType> types, Wrong wrong) {
        var overloads = OVERLOADS.get(name);
        if (overloads == null) {
            return own(name, types, wrong);
        }
        Optional<EvaluationFailed> failed = Optional.empty();
        for (var overload : overloads) {
            failed = mismatch(name, overload, types, wrong);
            if (failed.isEmpty()) {
                return type(overload.charAt(overload.length() - 1));
            }
        }
        throw failed.orElseThrow();
    }

    private static Optional<EvaluationFailed> mismatch(
            String name, String overload, List<ExprType> types, Wrong wrong) {
        int count = overload.indexOf('>');
        if (types.size() != count) {
            var much = types.size() > count ? "too many" : "not enough";
            return Optional.of(wrong.of(much + " arguments to call " + name, -1));
        }
        for (int i = 0; i < count; i++) {
            var wanted = type(overload.charAt(i));
            var given = types.get(i);
            boolean fits =
                    wanted.isUnknown()
                            || given.isUnknown()
                            || given.kind() == wanted.kind()
                            || (given.isInteger() && wanted.isInteger());
            if (!fits) {
                var what =
                        given.is(Kind.NIL)
                                ? "cannot use nil as argument (type " + wanted.go() + ") to call " + name
                                : "cannot use "
                                        + given.go()
                                        + " as argument (type "
                                        + wanted.go()
                                        + ") to call "
                                        + name
                                        + " ";
                return Optional.of(wrong.of(what, i));
            }
        }
        return Optional.empty();
    }

    private static ExprType type(char letter) {
        return switch (letter) {
            case 's' -> ExprType.STRING;
            case 'i' -> ExprType.INT;
            case 'b' -> ExprType.BOOL;
            case 'l' -> ExprType.ARRAY;
            case 'S' -> ExprType.array(ExprType.STRING);
            case 'd' -> ExprType.DURATION;
            case 'z' -> ExprType.LOCATION;
            default -> ExprType.UNKNOWN;
        };
    }

    /// Functions that look at their arguments themselves.
    private static ExprType own(String name, List<ExprType> types, Wrong wrong) {
        return switch (name) {
            case "now" -> {
                if (types.size() > 1 || (types.size() == 1 && !types.getFirst().is(Kind.LOCATION))) {
                    throw wrong.of("invalid number of arguments (expected 0, got " + types.size() + ")", -1);
                }
                yield ExprType.TIME;
            }
            case "date" -> {
                if (types.isEmpty()) {
                    throw wrong.of("invalid number of arguments (expected at least 1, got 0)", -1);
                }
                int count = types.size() - (types.getFirst().is(Kind.LOCATION) ? 1 : 0);
                if (count > 3) {
                    throw wrong.of("invalid number of arguments (expected at most 3, got " + count + ")", -1);
                }
                yield ExprType.TIME;
            }
            case "min", "max", "mean", "median" -> aggregate(name, types, wrong);
            case "concat" -> {
                if (types.isEmpty()) {
                    throw wrong.of("invalid number of arguments (expected at least 1, got 0)", -1);
                }
                for (var type : types) {
                    list("concat", type, wrong);
                }
                yield ExprType.ARRAY;
            }
            case "take" -> {
                count(types, 2, wrong);
                list("take from", types.get(0), wrong);
                if (!types.get(1).isInteger() && !types.get(1).isUnknown()) {
                    throw wrong.of("cannot take " + shown(types.get(1)) + " elements", -1);
                }
                yield types.get(0);
            }
            case "get" -> {
                throw wrong.of("invalid number of arguments (expected 2, got " + types.size() + ")", -1);
            }
            default -> {
                count(types, 1, wrong);
                yield one(name, types.getFirst(), wrong);
            }
        };
    }

    private static ExprType one(String name, ExprType type, Wrong wrong) {
        return switch (name) {
            case "len" -> required(type.isUnknown() || COUNTED.contains(type.kind()), name, type, ExprType.INT, wrong);
            case "abs" -> required(type.isUnknown() || type.isNumber(), name, type, type, wrong);
            case "ceil", "floor", "round" ->
                    required(type.isUnknown() || type.isNumber(), name, type, ExprType.FLOAT, wrong);
            case "int", "float" ->
                    required(
                            type.isUnknown() || type.isNumber() || type.is(Kind.STRING) || type.is(Kind.DURATION),
                            name,
                            type,
                            name.equals("int") ? ExprType.INT : ExprType.FLOAT,
                            wrong);
            case "first", "last" -> {
                list("get " + name + " element from", type, wrong);
                yield type.items();
            }
            case "keys", "values" -> {
                map("get " + name + " from", type, wrong);
                yield ExprType.ARRAY;
            }
            case "toPairs" -> {
                if (!type.isMap() && !type.isUnknown()) {
                    throw wrong.of("cannot transform " + shown(type) + " to pairs", -1);
                }
                yield ExprType.ARRAY;
            }
            case "fromPairs" -> {
                if (!type.isArray() && !type.isUnknown()) {
                    throw wrong.of("cannot transform " + shown(type) + " from pairs", -1);
                }
                yield ExprType.ANY_MAP;
            }
            default -> {
                list(name, type, wrong); // reverse, uniq, flatten
                yield ExprType.ARRAY;
            }
        };
    }

    private static ExprType required(boolean fits, String name, ExprType type, ExprType result, Wrong wrong) {
        if (!fits) {
            throw wrong.of("invalid argument for " + name + " (type " + shown(type) + ")", -1);
        }
        return result;
    }

    private static void count(List<ExprType> types, int wanted, Wrong wrong) {
        if (types.size() != wanted) {
            throw wrong.of("invalid number of arguments (expected " + wanted + ", got " + types.size() + ")", -1);
        }
    }

    private static void list(String doing, ExprType type, Wrong wrong) {
        if (!type.isArray() && !type.isUnknown()) {
            throw wrong.of("cannot " + doing + " " + shown(type), -1);
        }
    }

    private static void map(String doing, ExprType type, Wrong wrong) {
        if (!type.isMap() && !type.isUnknown()) {
            throw wrong.of("cannot " + doing + " " + shown(type), -1);
        }
    }

    private static ExprType aggregate(String name, List<ExprType> types, Wrong wrong) {
        if (types.isEmpty()) {
            throw wrong.of("not enough arguments to call " + name, -1);
        }
        for (var type : types) {
            if (type.isUnknown() || type.isArray()) {
                return ExprType.UNKNOWN;
            }
            required(type.isNumber(), name, type, type, wrong);
        }
        return types.getFirst();
    }

    private static String shown(ExprType type) {
        return type.is(Kind.NIL) ? "<nil>" : type.go();
    }
}
