package tiphys.engine.run.rules;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoFormat;
import tiphys.language.gotext.GoJsonSyntax;
import tiphys.language.gotext.JsonComplaint;
import tiphys.language.tags.Tags;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;

/// Loops: their items, the variables of an item, and what a loop as a whole gives.
public final class Loops {
    /// How many items one loop may have.
    private static final int MOST_ITEMS = 1_000_000;

    /// How many bytes the items of one loop may take.
    private static final long MOST_BYTES = 64L << 20;

    /// How often a formatted item is written out: as itself, in its node's name, among its inputs, in its template.
    private static final int COPIES = 4;

    /// Of how many items the expressions are worked out before the first begins.
    private static final int MOST_CHECKED = 1_000;

    private static final Pattern SIBLING = Pattern.compile("\\b(steps|tasks)\\b");

    private Loops() {}

    /// The items of a task whose tags were replaced. They are counted before they are made.
    ///
    /// @throws EvaluationFailed if they cannot be worked out, or are too many
    static List<Value> items(Task task) {
        var budget = Budget.of(2L * MOST_ITEMS, MOST_BYTES);
        var items = task.withItems();
        if (items.isPresent()) {
            return items.get() instanceof Value.Sequence(var list, _)
                    ? list.stream().map(Loops::sorted).toList()
                    : list(Json.text(items.get()), "withItems", budget);
        }
        if (task.withParam().isPresent()) {
            return list(task.withParam().get(), "withParam", budget);
        }
        return task.withSequence()
                .map(sequence -> sequence(sequence, budget))
                .orElseThrow(() -> new EvaluationFailed("the loop has no items"));
    }

    /// The items of a loop whose condition holds for none of them, each of which is skipped for itself. What siblings give is not
    /// read for it: a list that one of them gives is none.
    static List<Value> skipped(Task task, Scope scope) {
        var json = Value.Mapping.EMPTY;
        for (var field : List.of("withItems", "withParam", "withSequence")) {
            var given = task.json().find(field);
            json = given.isPresent() ? json.with(field, given.get()) : json;
        }
        var tags = new ArrayList<Tags.Tag>();
        collect(json, tags);
        try {
            return items(
                    tags.stream().anyMatch(tag -> SIBLING.matcher(tag.body()).find())
                            ? new Task(json)
                            : new Task((Value.Mapping) Tags.replaceExcept(json, scope, Set.of(), Budget.standard())));
        } catch (EvaluationFailed e) {
            return List.of();
        }
    }

    private static List<Value> list(String text, String field, Budget budget) {
        try {
            var parsed = parsed(text, budget);
            if (parsed instanceof Value.Sequence(var items, _)) {
                return items.stream().map(item -> item instanceof Value.Mapping map ? byName(map) : item).toList();
            }
            if (parsed instanceof Value.Null) {
                return List.of(); // as Go takes it
            }
            throw notAList(
                    field, text, "json: cannot unmarshal " + kind(parsed) + " into Go value of type []v1alpha1.Item");
        } catch (InvalidInput e) {
            throw notAList(field, text, GoJsonSyntax.error(text).orElse(String.valueOf(e.getMessage())));
        }
    }

    /// A JSON text as a value, if the budget allows as much as it can become.
    private static Value parsed(String text, Budget budget) {
        budget.make(text.length());
        budget.makeItems(text.chars().filter(c -> c == ',' || c == '[' || c == '{').count());
        return Json.parse(text);
    }

    private static EvaluationFailed notAList(String field, String text, String why) {
        return new EvaluationFailed(field + " value could not be parsed as a JSON list: " + text + ": " + why);
    }

    private static String kind(Value value) {
        return switch (value) {
            case Value.Mapping _ -> "object";
            case Value.Text _ -> "string";
            case Value.Number _ -> "number";
            case Value.Bool _ -> "bool";
            case Value.Null _ -> "null";
            case Value.Sequence _ -> "array";
        };
    }

    /// The fields of an object by name, as an item of a loop has them.
    private static Value.Mapping byName(Value.Mapping map) {
        return new Value.Mapping(new TreeMap<>(map.fields()), Map.of(), map.at());
    }

    /// The same at every depth: items that a manifest lists went through the API server, which orders fields.
    private static Value sorted(Value item) {
        return switch (item) {
            case Value.Mapping(var fields, _, var at) -> {
                var sorted = new TreeMap<String, Value>();
                fields.forEach((key, value) -> sorted.put(key, sorted(value)));
                yield new Value.Mapping(sorted, Map.of(), at);
            }
            case Value.Sequence(var items, var at) ->
                    new Value.Sequence(items.stream().map(Loops::sorted).toList(), at);
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> item;
        };
    }

    private static List<Value> sequence(Value.Mapping sequence, Budget budget) {
        long start = whole(sequence, "start").orElse(0L);
        long end;
        if (whole(sequence, "count").isPresent()) {
            long count = whole(sequence, "count").get();
            if (count == 0) {
                return List.of();
            }
            end = saturated(BigInteger.valueOf(start).add(BigInteger.valueOf(count - 1)));
        } else if (whole(sequence, "end").isPresent()) {
            end = whole(sequence, "end").get();
        } else {
            throw new EvaluationFailed("must provide either end or count in withSequence");
        }
        var last = BigInteger.valueOf(end).subtract(BigInteger.valueOf(start)).abs();
        if (last.compareTo(BigInteger.valueOf(MOST_ITEMS)) >= 0) {
            throw new EvaluationFailed("withSequence has more than " + MOST_ITEMS + " items");
        }
        var format = sequence.textAt("format").filter(one -> !one.isEmpty()).orElse("%d");
        budget.makeItems(last.longValueExact() + 1);
        var items = new ArrayList<Value>();
        for (long i = start; start <= end ? i <= end : i >= end; i += start <= end ? 1 : -1) {
            var item = GoFormat.sprintf(format, i);
            budget.make((long) COPIES * item.length());
            items.add(Value.text(item));
        }
        return items;
    }

    private static long saturated(BigInteger number) {
        return number.max(BigInteger.valueOf(Long.MIN_VALUE)).min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    private static Optional<Long> whole(Value.Mapping sequence, String field) {
        return sequence.find(field)
                .map(Json::text)
                .map(text -> {
                    try {
                        return Long.parseLong(text);
                    } catch (NumberFormatException e) {
                        throw new EvaluationFailed(
                                "strconv.Atoi: parsing " + Json.write(Value.text(text)) + ": invalid syntax");
                    }
                });
    }

    /// The name of an item's node: `name(3:value)`.
    static String name(String base, int index, Value item) {
        return base + "(" + index + ":" + label(item) + ")";
    }

    private static String label(Value item) {
        var text =
                switch (item) {
                    case Value.Mapping(var fields, _, _) ->
                            new TreeMap<>(fields)
                                    .entrySet().stream()
                                            .map(field -> field.getKey() + ":" + shown(field.getValue()))
                                            .collect(Collectors.joining(","));
                    case Value.Sequence(var items, _) ->
                            items.stream().map(Loops::shown).collect(Collectors.joining(" ", "[", "]"));
                    case Value.Null _ -> "[]"; // Go has a list of nothing
                    case Value.Bool _, Value.Number _, Value.Text _ -> shown(item);
                };
        return text.replace("(", "").replace(")", "");
    }

    /// An item, or a part of one, as names show it: its JSON text without the outer quotes, so what is escaped stays so.
    private static String shown(Value item) {
        var json = Json.write(item);
        return item instanceof Value.Text ? json.substring(1, json.length() - 1) : json;
    }

    /// The task of one item.
    ///
    /// @throws EvaluationFailed if a tag of the item cannot be resolved
    static Task withItem(Task task, Value item, Scope scope, Budget budget) {
        var json = task.json().without("withItems").without("withParam").without("withSequence");
        return new Task(
                (Value.Mapping) Tags.replaceExcept(json, scope.over(variables(item)), Substitution.LATER, budget));
    }

    private static Scope variables(Value item) {
        var variables = new LinkedHashMap<String, Value>();
        variables.put("item", Value.text(Json.text(item)));
        if (item instanceof Value.Mapping(var fields, _, _)) {
            fields.forEach((key, value) -> variables.put("item." + key, Value.text(Json.text(value))));
        }
        return Scope.of(variables);
    }

    /// Checks that the tags of a loop can be resolved for each of its items, so that it begins as a whole or not at all. In a
    /// long loop expressions are left to the items themselves.
    ///
    /// @throws EvaluationFailed if a tag cannot be resolved for one of them
    static void check(Task task, List<Value> items, Scope scope) {
        var json = task.json().without("withItems").without("withParam").without("withSequence");
        var tags = new ArrayList<Tags.Tag>();
        collect(json, tags);
        for (var tag : tags) {
            if (!tag.expression() && tag.body().startsWith("item.")) {
                var key = tag.body().substring("item.".length());
                for (var item : items) {
                    if (!(item instanceof Value.Mapping map && map.find(key).isPresent())) {
                        throw new EvaluationFailed("failed to resolve {{" + tag.body() + "}}");
                    }
                }
            }
        }
        for (var tag : tags) {
            if (tag.expression()) {
                checkNames(tag.body(), items);
            }
        }
        if (items.size() <= MOST_CHECKED && tags.stream().anyMatch(tag -> tag.expression())) {
            items.forEach(item -> withItem(task, item, scope, Budget.standard()));
        }
    }

    /// Checks that an expression reads only such parts of an item as there are: fields of an object, not what is in them.
    private static void checkNames(String expression, List<Value> items) {
        for (var name : Expression.parse(expression).names()) {
            if (!name.startsWith("item.")) {
                continue;
            }
            for (var item : items) {
                if (variables(item).find(name).isEmpty()) {
                    throw new EvaluationFailed("failed to evaluate expression: " + name + " is missing");
                }
            }
        }
    }

    private static void collect(Value value, List<Tags.Tag> tags) {
        switch (value) {
            case Value.Text(var text, _) -> tags.addAll(Tags.find(text));
            case Value.Sequence(var items, _) -> items.forEach(item -> collect(item, tags));
            case Value.Mapping(var fields, _, _) -> fields.values().forEach(item -> collect(item, tags));
            case Value.Null _, Value.Bool _, Value.Number _ -> {}
        }
    }

    /// A variable of a loop as a whole.
    static Optional<Value> field(RunState state, Slots.Slot slot, String field) {
        var group = group(state, slot);
        if (field.equals("status")) {
            return group.map(node -> Value.text(node.phase.text()));
        }
        if (field.equals("id")) {
            return group.map(node -> Value.text(NodeNames.id(state.name, node.name)));
        }
        if (!slot.settled) {
            return Optional.empty();
        }
        var succeeded = new ArrayList<Outputs>();
        for (int i = 0; i < slot.childCount; i++) {
            var child = state.node(slot.children[i]);
            if (child.phase == NodePhase.SUCCEEDED) {
                succeeded.add(child.outputs);
            }
        }
        var budget = Budget.standard();
        if (field.equals("outputs.result")) {
            return Optional.of(Value.text(Json.write(Value.list(results(succeeded, budget)))));
        }
        if (field.equals("outputs.parameters")) {
            succeeded.forEach(one -> one.parameters().values().forEach(value -> budget.make(value.length())));
            return Optional.of(
                    Value.text(
                            Json.write(
                                    Value.list(succeeded.stream().map(one -> Value.of(one.parameters())).toList()))));
        }
        if (field.startsWith("outputs.parameters.")) {
            return parameter(succeeded, field.substring("outputs.parameters.".length()), budget);
        }
        return Optional.empty();
    }

    /// The node that stands for a loop as a whole: its own in a dag; among steps their group, once that is over.
    private static Optional<Node> group(RunState state, Slots.Slot slot) {
        if (slot.node >= 0) {
            return Optional.of(state.node(slot.node));
        }
        return slot.childCount == 0
                ? Optional.empty()
                : Optional.of(state.node(state.node(slot.children[0]).parent)).filter(node -> node.phase.fulfilled());
    }

    /// Why the results of a loop cannot be put together, whoever may want them: Argo does so where its steps always have a result,
    /// which a process has only if somebody reads it. Empty if they can.
    static Optional<String> flaw(RunState state, Slots.Slot slot) {
        if (slot.items == null) {
            return Optional.empty();
        }
        for (int i = 0; i < slot.childCount; i++) {
            var child = state.node(slot.children[i]);
            var result = child.outputs.result();
            if (child.phase == NodePhase.SUCCEEDED && result.isPresent() && state.plan(child).template().served()) {
                var complaint = JsonComplaint.about(result.get());
                if (complaint.isPresent()) {
                    return complaint;
                }
            }
        }
        return Optional.empty();
    }

    /// The same of the loops of a group of steps.
    public static Optional<String> flaw(RunState state, Node steps, int group) {
        var plan = state.plan(steps);
        int start = plan.groupStart(group);
        for (int ordinal = start; ordinal < start + plan.groupSize(group); ordinal++) {
            var flaw = flaw(state, state.slot(steps.index, ordinal));
            if (flaw.isPresent()) {
                return flaw;
            }
        }
        return Optional.empty();
    }

    private static List<Value> results(List<Outputs> succeeded, Budget budget) {
        return succeeded.stream()
                .flatMap(one -> one.result().stream())
                .map(text ->
                        decoded(text, budget)
                                .orElseThrow(() ->
                                        new EvaluationFailed(
                                                "the results of the loop cannot be put together, because one is not JSON: "
                                                        + text)))
                .toList();
    }

    private static Optional<Value> parameter(List<Outputs> succeeded, String name, Budget budget) {
        var values =
                succeeded.stream().flatMap(one -> Optional.ofNullable(one.parameters().get(name)).stream()).toList();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        var structured =
                values.stream()
                        .map(text -> decoded(text, budget))
                        .filter(one ->
                                one.isPresent()
                                        && (one.get() instanceof Value.Mapping || one.get() instanceof Value.Sequence))
                        .map(Optional::get)
                        .toList();
        var list = structured.size() == values.size() ? structured : values.stream().map(Value::text).toList();
        return Optional.of(Value.text(Json.write(Value.list(list))));
    }

    private static Optional<Value> decoded(String text, Budget budget) {
        try {
            return Optional.of(parsed(text, budget));
        } catch (InvalidInput e) {
            return Optional.empty();
        }
    }

    /// The names of the variables that only an item gives.
    static boolean readsItem(String text) {
        var names = new LinkedHashSet<String>();
        Tags.find(text).forEach(tag -> names.add(tag.body()));
        return names.stream()
                .anyMatch(name -> name.equals("item") || name.startsWith("item.") || name.matches(".*\\bitem\\b.*"));
    }
}
