package tiphys.language.expr;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Place;
import tiphys.language.expr.builtin.Builtins;
import tiphys.language.expr.builtin.ExprType;
import tiphys.language.expr.builtin.ExprType.Kind;
import tiphys.language.expr.builtin.FunctionValue;
import tiphys.language.expr.builtin.OperatorTypes;
import tiphys.language.expr.builtin.Signatures;
import tiphys.language.expr.builtin.TimeMethods;
import tiphys.language.regex.GoRegex;

/// Finds what Go's compiler would refuse: names that do not exist, operators and functions on types that they are not for,
/// a name declared twice. It knows the variables' types by their values, so it is asked for each evaluation.
final class ExprChecker {
    static final String ENVIRONMENT = "$env";

    /// What `#` is inside a predicate, and which other pointers there are.
    private record Pointed(ExprType item, Set<String> pointers) {}

    private final String text;
    private final Roots roots;
    private final Budget budget;
    private final Map<String, ExprType> locals = new HashMap<>();
    private final Deque<Pointed> pointed = new ArrayDeque<>();

    ExprChecker(String text, Roots roots, Budget budget) {
        this.text = text;
        this.roots = roots;
        this.budget = budget;
    }

    /// @throws EvaluationFailed with the place
    ExprType check(ExprTree tree) {
        budget.spend(1);
        return switch (tree) {
            case ExprTree.Literal(var value, _) -> ExprType.of(value);
            case ExprTree.Name(var name, _) -> name(name, tree);
            case ExprTree.Pointer(var name, _) -> pointer(name, tree);
            case ExprTree.Member member -> member(member);
            case ExprTree.Chain(var inner, _) -> check(inner);
            case ExprTree.Slice slice -> slice(slice);
            case ExprTree.Unary(var operator, var operand, _) -> unary(operator, check(operand), tree);
            case ExprTree.Binary binary -> binary(binary);
            case ExprTree.Choice choice -> choice(choice);
            case ExprTree.Items(var items, _) -> items(items);
            case ExprTree.Fields(var fields, _) -> {
                for (var field : fields) {
                    check(field.key());
                    check(field.value());
                }
                yield ExprType.MAP;
            }
            case ExprTree.Call call -> call(call);
            case ExprTree.Method method -> method(method);
            case ExprTree.Predicate(var body, _) -> check(body);
            case ExprTree.Let let -> let(let);
            case ExprTree.Sequence(var parts, _) -> {
                var last = ExprType.UNKNOWN;
                for (var part : parts) {
                    last = check(part);
                }
                yield last;
            }
        };
    }

    private EvaluationFailed wrong(String what, ExprTree at) {
        return Place.failed(what, text, at.span().at());
    }

    private ExprType name(String name, ExprTree at) {
        var local = locals.get(name);
        if (local != null) {
            return local;
        }
        return name.equals(ENVIRONMENT) ? ExprType.UNKNOWN : variable(name, at, true);
    }

    /// @param strict whether a name that is not there is an error
    private ExprType variable(String name, ExprTree at, boolean strict) {
        var root = roots.find(name);
        if (root.isThere()) {
            return root.value() instanceof FunctionValue ? ExprType.FUNCTION : ExprType.of(root.value());
        }
        if (known(name) && strict && !(at instanceof ExprTree.Member)) {
            return ExprType.FUNCTION;
        }
        if (strict) {
            throw wrong("unknown name " + name + Similar.to(name, roots.names()), at);
        }
        return ExprType.UNKNOWN;
    }

    /// Whether expr itself has the function.
    private static boolean known(String name) {
        return Builtins.names().contains(name) || Predicates.takes(name);
    }

    private ExprType pointer(String name, ExprTree at) {
        var here = pointed.peek();
        if (here == null) {
            throw wrong("cannot use pointer accessor outside predicate", at);
        }
        if (name.isEmpty()) {
            return here.item();
        }
        if (!here.pointers().contains(name)) {
            throw wrong("unknown pointer #" + name, at);
        }
        return name.equals("index") ? ExprType.INT : ExprType.UNKNOWN;
    }

    private ExprType member(ExprTree.Member member) {
        if (member.target() instanceof ExprTree.Name(var name, _)
                && name.equals(ENVIRONMENT)
                && !locals.containsKey(name)) {
            return member.key() instanceof ExprTree.Literal(String key, _)
                    ? variable(key, member, !member.optional())
                    : ExprType.UNKNOWN;
        }
        var base = check(member.target());
        var key = check(member.key());
        boolean field = member.key() instanceof ExprTree.Literal(String _, _);
        switch (base.kind()) {
            case UNKNOWN -> {
                return ExprType.UNKNOWN;
            }
            case MAP -> {
                if (!key.isUnknown() && !key.is(Kind.STRING)) {
                    throw wrong("cannot use " + key.go() + " to get an element from " + base.go(), member.key());
                }
                return ExprType.UNKNOWN;
            }
            case ANY_MAP -> {
                return base.items();
            }
            case ARRAY, BYTES -> {
                if (!key.isInteger() && !key.isUnknown()) {
                    throw wrong(
                            "array elements can only be selected using an integer (got " + key.go() + ")",
                            member.key());
                }
                return base.items();
            }
            case TIME, DURATION, LOCATION, OTHER -> {
                if (field && TimeMethods.has(base, name(member.key()))) {
                    return ExprType.UNKNOWN;
                }
            }
            default -> {}
        }
        if (field) {
            throw wrong(
                    "type " + (base.is(Kind.NIL) ? "nil" : base.go()) + " has no field " + name(member.key()), member);
        }
        throw wrong("type " + base.go() + "[" + key.go() + "] is undefined", member);
    }

    private static String name(ExprTree key) {
        return key instanceof ExprTree.Literal(String name, _) ? name : "";
    }

    private ExprType slice(ExprTree.Slice slice) {
        var base = check(slice.target());
        if (base.isUnknown()) {
            return base;
        }
        if (!base.is(Kind.STRING) && !base.isArray()) {
            throw wrong("cannot slice " + base.go(), slice);
        }
        slice.from().ifPresent(this::index);
        slice.to().ifPresent(this::index);
        return base;
    }

    private void index(ExprTree tree) {
        var type = check(tree);
        if (!type.isInteger() && !type.isUnknown()) {
            throw wrong("non-integer slice index " + type.go(), tree);
        }
    }

    private ExprType unary(String operator, ExprType operand, ExprTree at) {
        boolean not = operator.equals("not") || operator.equals("!");
        if (operand.isUnknown()) {
            return not ? ExprType.BOOL : ExprType.UNKNOWN;
        }
        if (not ? operand.is(Kind.BOOL) : operand.isNumber()) {
            return operand;
        }
        throw wrong("invalid operation: " + operator + " (mismatched type " + operand.go() + ")", at);
    }

    private ExprType binary(ExprTree.Binary binary) {
        var left = check(binary.left());
        var right = check(binary.right());
        var operator = binary.operator();
        if (operator.equals("matches")
                && binary.right() instanceof ExprTree.Literal(String pattern, _)
                && (left.is(Kind.STRING) || left.isUnknown() || left.is(Kind.BYTES))) {
            try {
                GoRegex.find(pattern, "", budget);
            } catch (EvaluationFailed e) {
                throw wrong(e.getMessage(), binary);
            }
        }
        if (operator.equals("%")
                && binary.left() instanceof ExprTree.Literal(Long _, _)
                && binary.right() instanceof ExprTree.Literal(Long zero, _)
                && zero == 0) {
            throw wrong("integer divide by zero", binary);
        }
        if (operator.equals("in")
                && right.isMap()
                && !left.isUnknown()
                && !left.is(Kind.STRING)
                && right.is(Kind.MAP)) {
            throw wrong("cannot use " + left.go() + " as type string in map key", binary);
        }
        if (operator.equals("in") && right.isArray() && !left.comparable(right.items())) {
            throw wrong("cannot use " + left.go() + " as type " + right.items().go() + " in array", binary);
        }
        return OperatorTypes.of(operator, left, right)
                .orElseThrow(() ->
                        wrong(
                                "invalid operation: "
                                        + operator
                                        + " (mismatched types "
                                        + left.go()
                                        + " and "
                                        + right.go()
                                        + ")",
                                binary));
    }

    private ExprType choice(ExprTree.Choice choice) {
        var condition = check(choice.condition());
        if (!condition.is(Kind.BOOL) && !condition.isUnknown()) {
            throw wrong("non-bool expression (type " + condition.go() + ") used as condition", choice.condition());
        }
        var then = check(choice.then());
        var otherwise = check(choice.otherwise());
        if (then.is(Kind.NIL)) {
            return otherwise;
        }
        if (otherwise.is(Kind.NIL)) {
            return then;
        }
        if (then.kind() != otherwise.kind()) {
            return ExprType.UNKNOWN;
        }
        return then.items().equals(otherwise.items()) ? then : then.is(Kind.ARRAY) ? ExprType.ARRAY : then;
    }

    private ExprType items(List<ExprTree> items) {
        boolean same = true;
        ExprType before = ExprType.UNKNOWN;
        for (int i = 0; i < items.size(); i++) {
            var type = check(items.get(i));
            same &= i == 0 || type.kind() == before.kind();
            before = type;
        }
        return same ? ExprType.array(before) : ExprType.ARRAY;
    }

    private ExprType let(ExprTree.Let let) {
        if (roots.find(let.name()).isThere()) {
            throw wrong("cannot redeclare " + let.name(), let);
        }
        if (known(let.name())) {
            throw wrong("cannot redeclare builtin " + let.name(), let);
        }
        if (locals.containsKey(let.name())) {
            throw wrong("cannot redeclare variable " + let.name(), let);
        }
        locals.put(let.name(), check(let.value()));
        var type = check(let.body());
        locals.remove(let.name());
        return type;
    }

    private ExprType method(ExprTree.Method method) {
        var base = check(method.target());
        if (base.isUnknown() || base.isMap()) {
            method.arguments().forEach(this::check);
            return ExprType.UNKNOWN;
        }
        if (!TimeMethods.has(base, method.method())) {
            throw wrong(
                    base.is(Kind.NIL)
                            ? "type nil has no field " + method.method()
                            : "type " + base.go() + " has no method " + method.method(),
                    method);
        }
        method.arguments().forEach(this::check);
        return ExprType.UNKNOWN;
    }

    private ExprType call(ExprTree.Call call) {
        var name = call.function();
        var local = locals.get(name);
        var root = roots.find(name);
        boolean builtin = known(name) && !root.isThere();
        if (!builtin && local != null) {
            call.arguments().forEach(this::check);
            return callable(local, call);
        }
        if (builtin && Predicates.takes(name)) {
            return predicate(call);
        }
        if (!builtin && !root.isThere()) {
            throw wrong("unknown name " + name + Similar.to(name, Builtins.names()), call);
        }
        if (!builtin && !(root.value() instanceof FunctionValue)) {
            return callable(ExprType.of(root.value()), call);
        }
        var types = new ArrayList<ExprType>();
        for (var argument : call.arguments()) {
            types.add(check(argument));
        }
        if (name.equals("get") && call.arguments().size() == 2) {
            return got(call, types);
        }
        return Signatures.result(
                name, types, (what, index) -> wrong(what, index < 0 ? call : call.arguments().get(index)));
    }

    private ExprType callable(ExprType type, ExprTree at) {
        if (type.isUnknown()) {
            return type;
        }
        throw wrong(type.go() + " is not callable", at);
    }

    private ExprType got(ExprTree.Call call, List<ExprType> types) {
        var base = types.get(0);
        var key = types.get(1);
        if (base.isUnknown()) {
            return base;
        }
        if (base.isArray()) {
            if (!key.isInteger() && !key.isUnknown()) {
                throw wrong("non-integer slice index " + key.go(), call.arguments().get(1));
            }
            return base.items();
        }
        if (base.isMap()) {
            if (base.is(Kind.MAP) && !key.is(Kind.STRING) && !key.isUnknown()) {
                throw wrong("cannot use " + key.go() + " to get an element from " + base.go(), call.arguments().get(1));
            }
            return ExprType.UNKNOWN;
        }
        throw wrong("type " + base.go() + " does not support indexing", call.arguments().get(0));
    }

    private ExprType predicate(ExprTree.Call call) {
        var name = call.function();
        var list = check(call.arguments().getFirst());
        if (!list.isArray() && !list.isUnknown()) {
            throw wrong("builtin " + name + " takes only array (got " + list.go() + ")", call.arguments().getFirst());
        }
        if (call.arguments().size() == 1) {
            return name.equals("count") ? ExprType.INT : list.items();
        }
        pointed.push(new Pointed(list.items(), Predicates.pointers(name)));
        var result = check(call.arguments().get(1));
        pointed.pop();
        if (Predicates.asks(name) && !result.is(Kind.BOOL) && !result.isUnknown()) {
            throw wrong("predicate should return boolean (got " + result.go() + ")", call.arguments().get(1));
        }
        if (call.arguments().size() > 2) {
            var third = check(call.arguments().get(2));
            if (name.equals("sortBy") && !third.is(Kind.STRING) && !third.isUnknown()) {
                throw wrong("sortBy order argument must be a string (got " + third.go() + ")", call.arguments().get(2));
            }
        }
        return switch (name) {
            case "all", "none", "any", "one" -> ExprType.BOOL;
            case "filter" -> ExprType.array(list.items());
            case "map" -> ExprType.array(result);
            case "count", "findIndex", "findLastIndex" -> ExprType.INT;
            case "find", "findLast" -> list.items();
            case "groupBy" -> new ExprType(Kind.ANY_MAP, java.util.Optional.of(ExprType.array(list.items())));
            case "sortBy" -> list;
            default -> result;
        };
    }
}
