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
}
