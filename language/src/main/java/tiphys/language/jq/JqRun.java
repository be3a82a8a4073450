package tiphys.language.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.jq.JqNode.Pattern;
import tiphys.manifest.Value;

/// One run of a filter. Each part gives its values to a sink, one after the other; where paths are asked for, each with the path
/// by which it was reached.
final class JqRun {
    /// How deep functions may call one another.
    private static final int DEEPEST = 2_000;

    private final Budget budget;
    private int depth;

    JqRun(Budget budget) {
        this.budget = budget;
    }

    /// What gets values.
    interface Sink {
        /// @param path null where no paths are asked for
        void take(Value value, @Nullable Path path);
    }

    /// A path backwards: the last key first. The root has no key; what was not reached by a path is broken.
    record Path(@Nullable Path before, @Nullable Value key, boolean broken) {
        static final Path ROOT = new Path(null, null, false);
        static final Path BROKEN = new Path(null, null, true);

        Value keys() {
            var keys = new ArrayList<Value>();
            for (var here = this; here != null && here.key != null; here = here.before) {
                keys.addFirst(here.key);
            }
            return Value.list(keys);
        }
    }

    /// The names that a part sees: a chain, the nearest first.
    record Scope(@Nullable Scope outer, String name, @Nullable Value value, @Nullable Closure closure) {
        static final Scope NONE = new Scope(null, "", null, null);
    }

    /// A function, or an argument, with the names where it was written.
    ///
    /// @param function null for an argument
    record Closure(JqNode.@Nullable Function function, @Nullable JqNode argument, Scope scope) {}

    void run(JqNode tree, Value value, Consumer<Value> found) {
        run(tree, JqPrelude.SCOPE, value, null, (one, _) -> found.accept(one));
    }

    void run(JqNode node, Scope scope, Value in, @Nullable Path path, Sink sink) {
        budget.spend(1);
        switch (node) {
            case JqNode.Identity _ -> sink.take(in, path);
            case JqNode.RecurseAll _ -> recurse(in, path, sink);
            case JqNode.Literal(var value) -> sink.take(value, made(path));
            case JqNode.Words(var parts, var format) ->
                    words(parts, 0, "", format, scope, in, text -> sink.take(Value.text(text), made(path)));
            case JqNode.Format(var name) -> sink.take(Value.text(made(JqFormats.format(name, in))), made(path));
            case JqNode.Field(var of, var name) ->
                    run(
                            of,
                            scope,
                            in,
                            path,
                            (value, at) ->
                                    run(
                                            name,
                                            scope,
                                            in,
                                            null,
                                            (key, _) -> sink.take(JqPaths.get(value, key), below(at, key, value))));
            case JqNode.Slice(var of, var from, var to) ->
                    run(
                            of,
                            scope,
                            in,
                            path,
                            (value, at) ->
                                    optional(
                                            to,
                                            scope,
                                            in,
                                            end ->
                                                    optional(
                                                            from,
                                                            scope,
                                                            in,
                                                            start -> {
                                                                var slice = JqPaths.range(start, end);
                                                                sink.take(
                                                                        JqPaths.slice(value, slice),
                                                                        below(at, slice, value));
                                                            })));
            case JqNode.Iterate(var of) -> run(of, scope, in, path, (value, at) -> iterate(value, at, sink));
            case JqNode.Try(var body, var handler) -> attempt(body, handler, scope, in, path, sink);
            case JqNode.Pipe(var first, var then) ->
                    run(first, scope, in, path, (value, at) -> run(then, scope, value, at, sink));
            case JqNode.Comma(var first, var then) -> {
                run(first, scope, in, path, sink);
                run(then, scope, in, path, sink);
            }
            case JqNode.Binary(var operator, var left, var right) ->
                    run(
                            right,
                            scope,
                            in,
                            null,
                            (b, _) ->
                                    run(
                                            left,
                                            scope,
                                            in,
                                            null,
                                            (a, _) -> sink.take(JqOperators.of(operator, a, b, budget), made(path))));
            case JqNode.Negate(var of) ->
                    run(of, scope, in, null, (value, _) -> sink.take(JqOperators.negative(value), made(path)));
            case JqNode.And(var left, var right) ->
                    run(
                            left,
                            scope,
                            in,
                            null,
                            (a, _) -> {
                                if (!JqValues.truth(a)) {
                                    sink.take(JqValues.FALSE, made(path));
                                } else {
                                    run(
                                            right,
                                            scope,
                                            in,
                                            null,
                                            (b, _) -> sink.take(Value.bool(JqValues.truth(b)), made(path)));
                                }
                            });
            case JqNode.Or(var left, var right) ->
                    run(
                            left,
                            scope,
                            in,
                            null,
                            (a, _) -> {
                                if (JqValues.truth(a)) {
                                    sink.take(JqValues.TRUE, made(path));
                                } else {
                                    run(
                                            right,
                                            scope,
                                            in,
                                            null,
                                            (b, _) -> sink.take(Value.bool(JqValues.truth(b)), made(path)));
                                }
                            });
            case JqNode.Alternative(var left, var right) -> alternative(left, right, scope, in, path, sink);
            case JqNode.Assign(var operator, var left, var right) ->
                    assign(operator, left, right, scope, in, value -> sink.take(value, made(path)));
            case JqNode.If(var condition, var then, var otherwise) ->
                    run(
                            condition,
                            scope,
                            in,
                            null,
                            (value, _) -> run(JqValues.truth(value) ? then : otherwise, scope, in, path, sink));
            case JqNode.Items(var all) -> {
                var items = new ArrayList<Value>();
                if (all != null) {
                    run(
                            all,
                            scope,
                            in,
                            null,
                            (value, _) -> {
                                budget.makeItems(1);
                                items.add(value);
                            });
                }
                sink.take(Value.list(items), made(path));
            }
            case JqNode.Fields(var entries) ->
                    fields(entries, 0, Value.Mapping.EMPTY, scope, in, map -> sink.take(map, made(path)));
            case JqNode.Reduce(var source, var as, var start, var update) ->
                    run(start, scope, in, path, (first, at) -> reduce(source, as, update, scope, in, first, at, sink));
            case JqNode.ForEach(var source, var as, var start, var update, var extract) ->
                    run(
                            start,
                            scope,
                            in,
                            path,
                            (first, at) -> forEach(source, as, update, extract, scope, in, first, at, sink));
            case JqNode.Bind(var source, var as, var body) ->
                    run(
                            source,
                            scope,
                            in,
                            null,
                            (value, _) -> bind(as, value, scope, in, bound -> run(body, bound, in, path, sink)));
            case JqNode.Variable(var name) -> sink.take(variable(name, scope), made(path));
            case JqNode.Label(var name, var body) -> {
                var mark = new Object();
                var inside = new Scope(scope, "*" + name, null, null);
                labels.put(inside, mark);
                try {
                    run(body, inside, in, path, sink);
                } catch (JqBreak e) {
                    if (!e.leaves(mark)) {
                        throw e;
                    }
                } finally {
                    labels.remove(inside);
                }
            }
            case JqNode.Break(var name) -> throw new JqBreak(mark(name, scope), name);
            case JqNode.Define(var function, var body) -> run(body, with(scope, function), in, path, sink);
            case JqNode.Call call -> call(call, scope, in, path, sink);
        }
    }

    /// The marks of the labels that are open, by the scope that each began.
    private final java.util.IdentityHashMap<Scope, Object> labels = new java.util.IdentityHashMap<>();

    private Object mark(String name, Scope scope) {
        for (var here = scope; here != null; here = here.outer()) {
            if (here.name().equals("*" + name)) {
                var mark = labels.get(here);
                if (mark != null) {
                    return mark;
                }
            }
        }
        throw new JqError("label not defined: " + name);
    }

    static Scope with(Scope scope, JqNode.Function function) {
        return new Scope(scope, function.id(), null, new Closure(function, null, scope));
    }

    private static @Nullable Path made(@Nullable Path path) {
        return path == null ? null : Path.BROKEN;
    }

    private static @Nullable Path below(@Nullable Path path, Value key, Value value) {
        if (path == null) {
            return null;
        }
        if (path.broken()) {
            throw new JqError("invalid path against: " + JqValues.named(value));
        }
        return new Path(path, key, false);
    }

    private String made(String text) {
        budget.make(text.length());
        return text;
    }

    private void optional(@Nullable JqNode node, Scope scope, Value in, Consumer<Value> then) {
        if (node == null) {
            then.accept(JqValues.NULL);
        } else {
            run(node, scope, in, null, (value, _) -> then.accept(value));
        }
    }

    private void iterate(Value value, @Nullable Path at, Sink sink) {
        switch (value) {
            case Value.Sequence(var items, _) -> {
                for (int i = 0; i < items.size(); i++) {
                    budget.spend(1);
                    sink.take(items.get(i), below(at, Value.number(i), value));
                }
            }
            case Value.Mapping map -> {
                for (var key : JqValues.keys(map)) {
                    budget.spend(1);
                    sink.take(map.fields().getOrDefault(key, JqValues.NULL), below(at, Value.text(key), value));
                }
            }
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ ->
                    throw new JqError("cannot iterate over: " + JqValues.named(value));
        }
    }

    private void recurse(Value value, @Nullable Path at, Sink sink) {
        budget.spend(1);
        sink.take(value, at);
        if (value instanceof Value.Sequence || value instanceof Value.Mapping) {
            iterate(value, at, (one, place) -> recurse(one, place, sink));
        }
    }

    /// An error of what gets the values is not one of the body.
    private static final class Passed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Object owner;
        private final JqError error;

        /// @param owner whose values were being taken
        Passed(Object owner, JqError error) {
            super(null, null, false, false);
            this.owner = owner;
            this.error = error;
        }

        /// The error itself, where its owner caught it; else it goes on as it is.
        @SuppressWarnings("ReferenceEquality") // the very one
        RuntimeException caughtBy(Object one) {
            return owner == one ? error : this;
        }
    }

    private void attempt(JqNode body, @Nullable JqNode handler, Scope scope, Value in, @Nullable Path path, Sink sink) {
        JqError caught;
        var mark = new Object();
        try {
            run(
                    body,
                    scope,
                    in,
                    path,
                    (value, at) -> {
                        try {
                            sink.take(value, at);
                        } catch (JqError e) {
                            throw new Passed(mark, e);
                        }
                    });
            return;
        } catch (Passed e) {
            throw e.caughtBy(mark);
        } catch (JqError e) {
            caught = e;
        }
        if (handler != null) {
            run(handler, scope, caught.value(), path == null ? null : Path.BROKEN, sink);
        }
    }

    private void alternative(JqNode left, JqNode right, Scope scope, Value in, @Nullable Path path, Sink sink) {
        var any = new boolean[1];
        var mark = new Object();
        try {
            run(
                    left,
                    scope,
                    in,
                    path,
                    (value, at) -> {
                        if (JqValues.truth(value)) {
                            any[0] = true;
                            try {
                                sink.take(value, at);
                            } catch (JqError e) {
                                throw new Passed(mark, e);
                            }
                        }
                    });
        } catch (Passed e) {
            throw e.caughtBy(mark);
        } catch (JqError e) {
            // an error on the left counts as nothing
        }
        if (!any[0]) {
            run(right, scope, in, path, sink);
        }
    }

    private void words(
            List<JqNode> parts, int place, String before, String format, Scope scope, Value in, Consumer<String> then) {
        if (place == parts.size()) {
            then.accept(before);
        } else if (parts.get(place) instanceof JqNode.Literal(var text)) {
            words(parts, place + 1, made(before + ((Value.Text) text).value()), format, scope, in, then);
        } else {
            run(
                    parts.get(place),
                    scope,
                    in,
                    null,
                    (value, _) ->
                            words(
                                    parts,
                                    place + 1,
                                    made(before + JqFormats.format(format, value)),
                                    format,
                                    scope,
                                    in,
                                    then));
        }
    }

    private void fields(
            List<JqNode.Entry> entries, int place, Value.Mapping before, Scope scope, Value in, Consumer<Value> then) {
        if (place == entries.size()) {
            then.accept(before);
            return;
        }
        var entry = entries.get(place);
        run(
                entry.key(),
                scope,
                in,
                null,
                (key, _) -> {
                    if (!(key instanceof Value.Text(var name, _))) {
                        throw new JqError("expected a string for object key but got: " + JqValues.named(key));
                    }
                    run(
                            entry.value(),
                            scope,
                            in,
                            null,
                            (value, _) -> {
                                budget.makeItems(before.fields().size() + 1L);
                                fields(entries, place + 1, before.with(name, value), scope, in, then);
                            });
                });
    }

    /// The last value of a part; a null if there is none.
    private record Last(Value value, @Nullable Path path) {}

    private void reduce(
            JqNode source,
            Pattern as,
            JqNode update,
            Scope scope,
            Value in,
            Value first,
            @Nullable Path at,
            Sink sink) {
        var state = new Last[] {new Last(first, at)};
        each(
                source,
                as,
                scope,
                in,
                bound -> {
                    var next = new Last[] {new Last(JqValues.NULL, made(at))};
                    run(
                            update,
                            bound,
                            state[0].value(),
                            state[0].path(),
                            (value, place) -> next[0] = new Last(value, place));
                    state[0] = next[0];
                });
        sink.take(state[0].value(), state[0].path());
    }

    private void forEach(
            JqNode source,
            Pattern as,
            JqNode update,
            @Nullable JqNode extract,
            Scope scope,
            Value in,
            Value first,
            @Nullable Path at,
            Sink sink) {
        var state = new Last[] {new Last(first, at)};
        each(
                source,
                as,
                scope,
                in,
                bound ->
                        run(
                                update,
                                bound,
                                state[0].value(),
                                state[0].path(),
                                (value, place) -> {
                                    state[0] = new Last(value, place);
                                    if (extract == null) {
                                        sink.take(value, place);
                                    } else {
                                        run(extract, bound, value, place, sink);
                                    }
                                }));
    }

    /// Binds a pattern to each value that a source gives.
    private void each(JqNode source, Pattern as, Scope scope, Value in, Consumer<Scope> then) {
        run(source, scope, in, null, (item, _) -> bind(as, item, scope, in, then));
    }

    private void bind(Pattern as, Value value, Scope scope, Value in, Consumer<Scope> then) {
        switch (as) {
            case Pattern.Name(var name) -> then.accept(new Scope(scope, name, value, null));
            case Pattern.Many(var items) -> {
                if (!(value instanceof Value.Sequence) && !(value instanceof Value.Null)) {
                    throw new JqError("expected an array but got: " + JqValues.named(value));
                }
                many(items, 0, value, scope, in, then);
            }
            case Pattern.Keyed(var parts) -> keyed(parts, 0, value, scope, in, then);
        }
    }

    private void many(List<Pattern> items, int place, Value value, Scope scope, Value in, Consumer<Scope> then) {
        if (place == items.size()) {
            then.accept(scope);
        } else {
            bind(
                    items.get(place),
                    JqPaths.get(value, Value.number(place)),
                    scope,
                    in,
                    bound -> many(items, place + 1, value, bound, in, then));
        }
    }

    private void keyed(List<Pattern.Part> parts, int place, Value value, Scope scope, Value in, Consumer<Scope> then) {
        if (place == parts.size()) {
            then.accept(scope);
            return;
        }
        var part = parts.get(place);
        run(
                part.key(),
                scope,
                in,
                null,
                (key, _) -> {
                    var inner = JqPaths.get(value, key);
                    var named = part.variable().isEmpty() ? scope : new Scope(scope, part.variable(), inner, null);
                    if (part.pattern() == null) {
                        keyed(parts, place + 1, value, named, in, then);
                    } else {
                        bind(
                                part.pattern(),
                                inner,
                                named,
                                in,
                                bound -> keyed(parts, place + 1, value, bound, in, then));
                    }
                });
    }

    private static Value variable(String name, Scope scope) {
        for (var here = scope; here != null; here = here.outer()) {
            if (here.name().equals(name) && here.value() != null) {
                return here.value();
            }
        }
        if (name.equals("$ENV")) {
            return Value.Mapping.EMPTY; // nobody's environment is a filter's business
        }
        throw new JqError("variable not defined: " + name);
    }

    private void assign(String operator, JqNode left, JqNode right, Scope scope, Value in, Consumer<Value> then) {
        if (operator.equals("|=")) {
            var doomed = new ArrayList<Value>();
            var state = new Value[] {in};
            for (var path : paths(left, scope, in)) {
                var keys = ((Value.Sequence) path).items();
                var fresh = first(right, scope, JqPaths.get(state[0], keys));
                if (fresh == null) {
                    doomed.add(path);
                } else {
                    state[0] = put(state[0], keys, fresh);
                }
            }
            then.accept(doomed.isEmpty() ? state[0] : JqPaths.without(state[0], doomed));
            return;
        }
        run(
                right,
                scope,
                in,
                null,
                (value, _) -> {
                    var state = in;
                    for (var path : paths(left, scope, in)) {
                        var keys = ((Value.Sequence) path).items();
                        var fresh = value;
                        if (!operator.equals("=")) {
                            var old = JqPaths.get(state, keys);
                            fresh =
                                    operator.equals("//=")
                                            ? JqValues.truth(old) ? old : value
                                            : JqOperators.of(operator.substring(0, 1), old, value, budget);
                        }
                        state = put(state, keys, fresh);
                    }
                    then.accept(state);
                });
    }

    private Value put(Value value, List<Value> keys, Value fresh) {
        budget.makeItems(keys.size() + 1L);
        return JqPaths.set(value, keys, fresh);
    }

    private List<Value> paths(JqNode of, Scope scope, Value in) {
        var paths = new ArrayList<Value>();
        run(of, scope, in, Path.ROOT, (value, path) -> paths.add(keys(value, path)));
        return paths;
    }

    private static Value keys(Value value, @Nullable Path path) {
        if (path == null || path.broken()) {
            throw new JqError("invalid path against: " + JqValues.named(value));
        }
        return path.keys();
    }

    private @Nullable Value first(JqNode of, Scope scope, Value in) {
        var mark = new Object();
        var found = new Value[1];
        try {
            run(
                    of,
                    scope,
                    in,
                    null,
                    (value, _) -> {
                        found[0] = value;
                        throw new JqBreak(mark, "");
                    });
        } catch (JqBreak e) {
            if (!e.leaves(mark)) {
                throw e;
            }
        }
        return found[0];
    }

    private void call(JqNode.Call call, Scope scope, Value in, @Nullable Path path, Sink sink) {
        if (++depth > DEEPEST) {
            depth = 0;
            throw new tiphys.language.EvaluationFailed("the filter calls itself too deep");
        }
        try {
            for (var here = scope; here != null; here = here.outer()) {
                if (here.closure() != null && here.name().equals(call.id())) {
                    defined(here.closure(), here, call, scope, in, path, sink);
                    return;
                }
            }
            for (var here = JqPrelude.SCOPE; here != null; here = here.outer()) { // of which one may call a later one
                if (here.closure() != null && here.name().equals(call.id())) {
                    defined(here.closure(), here, call, scope, in, path, sink);
                    return;
                }
            }
            builtin(call, scope, in, path, sink);
        } finally {
            depth--;
        }
    }

    private void defined(
            Closure closure, Scope place, JqNode.Call call, Scope caller, Value in, @Nullable Path path, Sink sink) {
        var function = closure.function();
        if (function == null) {
            run(java.util.Objects.requireNonNull(closure.argument()), closure.scope(), in, path, sink);
            return;
        }
        bindArguments(
                function,
                0,
                place,
                call.arguments(),
                caller,
                in,
                inside -> run(function.body(), inside, in, path, sink));
    }

    private void bindArguments(
            JqNode.Function function,
            int index,
            Scope inside,
            List<JqNode> arguments,
            Scope caller,
            Value in,
            Consumer<Scope> then) {
        if (index == arguments.size()) {
            then.accept(inside);
            return;
        }
        var parameter = function.parameters().get(index);
        var argument = arguments.get(index);
        if (!parameter.startsWith("$")) {
            var named = new Scope(inside, parameter + "/0", null, new Closure(null, argument, caller));
            bindArguments(function, index + 1, named, arguments, caller, in, then);
            return;
        }
        run(
                argument,
                caller,
                in,
                null,
                (value, _) -> {
                    var named = new Scope(inside, parameter, value, null);
                    var both =
                            new Scope(
                                    named,
                                    parameter.substring(1) + "/0",
                                    null,
                                    new Closure(null, new JqNode.Literal(value), Scope.NONE));
                    bindArguments(function, index + 1, both, arguments, caller, in, then);
                });
    }

    /// The functions that need to see paths, or do not use all of an argument's values.
    private void builtin(JqNode.Call call, Scope scope, Value in, @Nullable Path path, Sink sink) {
        var arguments = call.arguments();
        switch (call.id()) {
            case "empty/0" -> {}
            case "error/0" -> throw new JqError(in);
            case "error/1" ->
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            null,
                            (value, _) -> {
                                throw new JqError(value);
                            });
            case "path/1" ->
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            Path.ROOT,
                            (value, at) -> sink.take(keys(value, at), made(path)));
            case "getpath/1" ->
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            null,
                            (keys, _) -> {
                                if (!(keys instanceof Value.Sequence(var all, _))) {
                                    throw new JqError(
                                            "getpath("
                                                    + JqValues.json(keys)
                                                    + ") cannot be applied to: "
                                                    + JqValues.named(in));
                                }
                                var at = path;
                                for (var key : all) {
                                    at = below(at, key, in);
                                }
                                sink.take(JqPaths.get(in, all), at);
                            });
            case "first/1" -> {
                var mark = new Object();
                try {
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            path,
                            (value, at) -> {
                                sink.take(value, at);
                                throw new JqBreak(mark, "");
                            });
                } catch (JqBreak e) {
                    if (!e.leaves(mark)) {
                        throw e;
                    }
                }
            }
            case "limit/2" ->
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            null,
                            (count, _) -> limit(JqOperators.whole(count), arguments.get(1), scope, in, path, sink));
            case "isempty/1" -> sink.take(Value.bool(first(arguments.getFirst(), scope, in) == null), made(path));
            case "range/2" ->
                    run(
                            arguments.getFirst(),
                            scope,
                            in,
                            null,
                            (from, _) ->
                                    run(
                                            arguments.get(1),
                                            scope,
                                            in,
                                            null,
                                            (to, _) -> {
                                                double end = JqOperators.real(to);
                                                for (double i = JqOperators.real(from); i < end; i++) {
                                                    budget.spend(1);
                                                    sink.take(JqValues.number(i), made(path));
                                                }
                                            }));
            case "input_line_number/0" -> sink.take(Value.number(0), made(path));
            default -> applied(call, 0, new ArrayList<>(), scope, in, value -> sink.take(value, made(path)));
        }
    }

    private void limit(long count, JqNode of, Scope scope, Value in, @Nullable Path path, Sink sink) {
        if (count <= 0) {
            return;
        }
        var mark = new Object();
        var left = new long[] {count};
        try {
            run(
                    of,
                    scope,
                    in,
                    path,
                    (value, at) -> {
                        left[0]--;
                        sink.take(value, at);
                        if (left[0] == 0) {
                            throw new JqBreak(mark, "");
                        }
                    });
        } catch (JqBreak e) {
            if (!e.leaves(mark)) {
                throw e;
            }
        }
    }

    /// A function of its input and its arguments' values, for every choice of those.
    private void applied(JqNode.Call call, int index, List<Value> values, Scope scope, Value in, Consumer<Value> then) {
        if (index == call.arguments().size()) {
            if (!JqFunctions.known(call.id())) {
                throw new JqError("function not defined: " + call.id());
            }
            then.accept(JqFunctions.of(call.name(), in, List.copyOf(values), budget));
            return;
        }
        if (!JqFunctions.known(call.id())) {
            throw new JqError("function not defined: " + call.id());
        }
        run(
                call.arguments().get(index),
                scope,
                in,
                null,
                (value, _) -> {
                    var more = new ArrayList<>(values);
                    more.add(value);
                    applied(call, index + 1, more, scope, in, then);
                });
    }
}
