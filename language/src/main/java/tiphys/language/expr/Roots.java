package tiphys.language.expr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.Scope;
import tiphys.language.expr.builtin.Builtins;
import tiphys.language.expr.builtin.FunctionValue;
import tiphys.language.sprig.Sprig;
import tiphys.language.value.Plain;
import tiphys.manifest.Value;

/// The variables that one evaluation sees, as nested objects, and what Argo puts beside them: `sprig`, `asInt`, `asFloat`,
/// `jsonpath`, `toJson`. Each is made when it is first asked for, and then the same.
final class Roots {
    static final String SPRIG = "sprig";

    /// @param value may be null where it is there
    record Root(boolean isThere, @Nullable Object value) {}

    private static final Root NONE = new Root(false, null);

    private final Scope scope;
    private final Budget budget;
    private final Map<String, Root> known = new HashMap<>();

    Roots(Scope scope, Budget budget) {
        this.scope = scope;
        this.budget = budget;
    }

    /// A variable or one of Argo's names.
    Root find(String name) {
        var root = known.get(name);
        if (root == null) {
            root = make(name);
            known.put(name, root);
        }
        return root;
    }

    /// A variable as it is, or the object of all variables below the name; those win over one of the very name.
    private Root make(String name) {
        if (Builtins.ARGO.contains(name)) {
            return new Root(true, new FunctionValue(name));
        }
        if (name.equals(SPRIG)) {
            return new Root(true, sprig());
        }
        var below = new LinkedHashMap<String, @Nullable Object>();
        var prefix = name + ".";
        for (var variable : scope.names()) {
            budget.spend(1);
            if (variable.startsWith(prefix)) {
                budget.makeItems(1);
                put(below, variable.substring(prefix.length()), scope.find(variable).orElseGet(Value::nothing));
            }
        }
        if (!below.isEmpty()) {
            return new Root(true, below);
        }
        return scope.find(name).map(value -> new Root(true, Plain.of(value, budget))).orElse(NONE);
    }

    @SuppressWarnings("unchecked") // only such maps are put
    private void put(Map<String, @Nullable Object> into, String path, Value value) {
        var here = into;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            var part = path.substring(from, dot);
            var next = here.get(part);
            if (!(next instanceof LinkedHashMap)) {
                next = new LinkedHashMap<String, @Nullable Object>();
                here.put(part, next);
            }
            here = (Map<String, @Nullable Object>) next;
            from = dot + 1;
        }
        var last = path.substring(from);
        if (!(here.get(last) instanceof Map)) {
            here.put(last, Plain.of(value, budget));
        }
    }

    private static Map<String, @Nullable Object> sprig() {
        var all = new LinkedHashMap<String, @Nullable Object>();
        Sprig.names().stream().sorted().forEach(name -> all.put(name, new FunctionValue(SPRIG + "." + name)));
        return all;
    }

    /// All names at the top.
    Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (var variable : scope.names()) {
            budget.spend(1);
            int dot = variable.indexOf('.');
            names.add(dot < 0 ? variable : variable.substring(0, dot));
        }
        names.addAll(Builtins.ARGO);
        names.add(SPRIG);
        return names;
    }

    /// `$env`: everything.
    Map<String, @Nullable Object> all() {
        var all = new LinkedHashMap<String, @Nullable Object>();
        for (var name : new ArrayList<>(names())) {
            all.put(name, find(name).value());
        }
        return all;
    }
}
