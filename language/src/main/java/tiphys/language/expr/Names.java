package tiphys.language.expr;

import java.util.Optional;
import java.util.Set;

/// Finds the variables that an expression uses.
final class Names {
    private Names() {}

    static void add(ExprTree tree, Set<String> names) {
        var fixed = fixed(tree);
        if (fixed.isPresent()) {
            names.add(fixed.get());
            return;
        }
        switch (tree) {
            case ExprTree.Literal _, ExprTree.Name _, ExprTree.Pointer _ -> {}
            case ExprTree.Member(var target, var key, _, _) -> {
                add(target, names);
                add(key, names);
            }
            case ExprTree.Chain(var inner, _) -> add(inner, names);
            case ExprTree.Slice(var target, var from, var to, _) -> {
                add(target, names);
                from.ifPresent(one -> add(one, names));
                to.ifPresent(one -> add(one, names));
            }
            case ExprTree.Unary(_, var operand, _) -> add(operand, names);
            case ExprTree.Binary(_, var left, var right, _) -> {
                add(left, names);
                add(right, names);
            }
            case ExprTree.Choice(var condition, var then, var otherwise, _) -> {
                add(condition, names);
                add(then, names);
                add(otherwise, names);
            }
            case ExprTree.Items(var items, _) -> items.forEach(item -> add(item, names));
            case ExprTree.Fields(var fields, _) ->
                    fields.forEach(field -> {
                        add(field.key(), names);
                        add(field.value(), names);
                    });
            case ExprTree.Call(_, var arguments, _) -> arguments.forEach(argument -> add(argument, names));
            case ExprTree.Method(var target, _, _, var arguments, _) -> {
                if (!(target instanceof ExprTree.Name(var name, _) && name.equals(Roots.SPRIG))) {
                    add(target, names);
                }
                arguments.forEach(argument -> add(argument, names));
            }
            case ExprTree.Predicate(var body, _) -> add(body, names);
            case ExprTree.Let(var name, var value, var body, _) -> {
                add(value, names);
                boolean used = names.contains(name);
                add(body, names);
                if (!used) {
                    names.removeIf(one -> one.equals(name) || one.startsWith(name + "."));
                }
            }
            case ExprTree.Sequence(var parts, _) -> parts.forEach(part -> add(part, names));
        }
    }

    /// A name and the fixed members that follow it.
    private static Optional<String> fixed(ExprTree tree) {
        return switch (tree) {
            case ExprTree.Name(var name, _) -> Optional.of(name);
            case ExprTree.Chain(var inner, _) -> fixed(inner);
            case ExprTree.Member(var target, ExprTree.Literal(String key, _), _, _) ->
                    fixed(target).map(before -> before.equals(ExprChecker.ENVIRONMENT) ? key : before + "." + key);
            default -> Optional.empty();
        };
    }

    /// The names and paths that must be there for the expression to have its value, from the inside out: of `a.b` both `a` and
    /// `a.b`; but not what `??` or `?.` guards. The rule is Argo's.
    ///
    /// @param guarded whether the paths below are guarded
    static void require(ExprTree tree, boolean guarded, Set<String> names) {
        switch (tree) {
            case ExprTree.Literal _, ExprTree.Pointer _ -> {}
            case ExprTree.Name(var name, _) -> names.add(name);
            case ExprTree.Member member -> {
                requireTarget(member.target(), member.optional(), guarded, names);
                require(member.key(), guarded, names);
                path(member).filter(_ -> !guarded).ifPresent(names::add);
            }
            case ExprTree.Chain(var inner, _) -> require(inner, guarded, names);
            case ExprTree.Slice(var target, var from, var to, _) -> {
                require(target, guarded, names);
                from.ifPresent(one -> require(one, guarded, names));
                to.ifPresent(one -> require(one, guarded, names));
            }
            case ExprTree.Unary(_, var operand, _) -> require(operand, guarded, names);
            case ExprTree.Binary(var operator, var left, var right, _) -> {
                require(left, guarded || operator.equals("??"), names);
                require(right, guarded, names);
            }
            case ExprTree.Choice(var condition, var then, var otherwise, _) -> {
                require(condition, guarded, names);
                require(then, guarded, names);
                require(otherwise, guarded, names);
            }
            case ExprTree.Items(var items, _) -> items.forEach(item -> require(item, guarded, names));
            case ExprTree.Fields(var fields, _) ->
                    fields.forEach(field -> {
                        require(field.key(), guarded, names);
                        require(field.value(), guarded, names);
                    });
            case ExprTree.Call(_, var arguments, _) -> arguments.forEach(one -> require(one, guarded, names));
            case ExprTree.Method method -> {
                requireTarget(method.target(), method.optional(), guarded, names);
                method.arguments().forEach(one -> require(one, guarded, names));
            }
            case ExprTree.Predicate(var body, _) -> require(body, guarded, names);
            case ExprTree.Let(_, var value, var body, _) -> {
                require(value, guarded, names);
                require(body, guarded, names);
            }
            case ExprTree.Sequence(var parts, _) -> parts.forEach(part -> require(part, guarded, names));
        }
    }

    /// What stands before a `?.` is guarded itself, what stands before that is not.
    private static void requireTarget(ExprTree target, boolean optional, boolean guarded, Set<String> names) {
        if (optional && target instanceof ExprTree.Member(var before, var key, var again, _)) {
            requireTarget(before, again, guarded, names);
            require(key, guarded, names);
        } else {
            require(target, guarded, names);
        }
    }

    /// A name and its members, none of which is optional.
    private static Optional<String> path(ExprTree tree) {
        return switch (tree) {
            case ExprTree.Name(var name, _) -> Optional.of(name);
            case ExprTree.Member(var target, ExprTree.Literal(String key, _), var optional, _) when !optional ->
                    path(target).map(before -> before + "." + key);
            default -> Optional.empty();
        };
    }
}
