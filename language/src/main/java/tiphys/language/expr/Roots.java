package tiphys.language.expr;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
    private @Nullable Map<String, List<String>> tops;

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
        for (var variable : tops().getOrDefault(name, List.of())) {
            if (variable.length() > name.length()) {
                budget.makeItems(1);
                put(below, variable.substring(name.length() + 1), value(variable).value());
            }
        }
        if (!below.isEmpty()) {
            return new Root(true, below);
        }
        return value(name);
    }

    private Root value(String variable) {
        var time = scope.time(variable);
        return time.isPresent()
                ? new Root(true, time.get().atZone(ZoneOffset.UTC))
                : scope.find(variable).map(value -> new Root(true, Plain.of(value, budget))).orElse(NONE);
    }

    @SuppressWarnings("unchecked") // only such maps are put
    private static void put(Map<String, @Nullable Object> into, String path, @Nullable Object value) {
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
            here.put(last, value);
        }
    }

    private static Map<String, @Nullable Object> sprig() {
        var all = new LinkedHashMap<String, @Nullable Object>();
        Sprig.names().stream().sorted().forEach(name -> all.put(name, new FunctionValue(SPRIG + "." + name)));
        return all;
    }

    /// Whether a scope has a variable, what stands below one that is an object, or variables below it.
    static boolean has(Scope scope, String name) {
        if (Builtins.ARGO.contains(name) || name.equals(SPRIG)) {
            return true;
        }
        if (name.startsWith(SPRIG + ".")) {
            return Sprig.names().contains(name.substring(SPRIG.length() + 1));
        }
        for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
            var found = scope.find(name.substring(0, end));
            if (found.isPresent()) {
                return end == name.length() || inside(found.get(), name.substring(end + 1));
            }
        }
        return scope.names().stream().anyMatch(other -> other.startsWith(name + "."));
    }

    private static boolean inside(Value value, String path) {
        int dot = path.indexOf('.');
        var first = dot < 0 ? path : path.substring(0, dot);
        if (!(value instanceof Value.Mapping map) || !map.fields().containsKey(first)) {
            return false;
        }
        return dot < 0 || inside(map.fields().getOrDefault(first, Value.nothing()), path.substring(dot + 1));
    }

    /// The variables by their first names. A scope may have very many, so they are walked through once.
    private Map<String, List<String>> tops() {
        if (tops == null) {
            var all = new LinkedHashMap<String, List<String>>();
            for (var variable : scope.names()) {
                budget.spend(1);
                int dot = variable.indexOf('.');
                all.computeIfAbsent(dot < 0 ? variable : variable.substring(0, dot), _ -> new ArrayList<>(4))
                        .add(variable);
            }
            tops = all;
        }
        return tops;
    }

    /// All names at the top.
    Set<String> names() {
        var names = new LinkedHashSet<>(tops().keySet());
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
