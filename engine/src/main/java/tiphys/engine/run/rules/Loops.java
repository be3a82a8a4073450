package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.gotext.GoFormat;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;

/// Loops: their items, the variables of an item, and what a loop as a whole gives.
final class Loops {
    /// How many items one loop may have.
    private static final int MOST_ITEMS = 1_000_000;

    private Loops() {}

    /// The items of a task whose tags were replaced.
    ///
    /// @throws EvaluationFailed if they cannot be worked out
    static List<Value> items(Task task) {
        var items = task.withItems();
        if (items.isPresent()) {
            return items.get() instanceof Value.Sequence(var list, _)
                    ? list
                    : list(Json.text(items.get()), "withItems");
        }
        if (task.withParam().isPresent()) {
            return list(task.withParam().get(), "withParam");
        }
        return task.withSequence()
                .map(Loops::sequence)
                .orElseThrow(() -> new EvaluationFailed("the loop has no items"));
    }

    private static List<Value> list(String text, String field) {
        try {
            if (Json.parse(text) instanceof Value.Sequence(var items, _)) {
                return items;
            }
        } catch (InvalidInput e) {
            throw new EvaluationFailed(
                    field + " value could not be parsed as a JSON list: " + text + ": " + e.getMessage());
        }
        throw new EvaluationFailed(field + " value could not be parsed as a JSON list: " + text);
    }

    private static List<Value> sequence(Value.Mapping sequence) {
        long start = whole(sequence, "start").orElse(0L);
        long end;
        if (whole(sequence, "count").isPresent()) {
            long count = whole(sequence, "count").get();
            if (count == 0) {
                return List.of();
            }
            end = start + count - 1;
        } else if (whole(sequence, "end").isPresent()) {
            end = whole(sequence, "end").get();
        } else {
            throw new EvaluationFailed("must provide either end or count in withSequence");
        }
        if (Math.abs(end - start) >= MOST_ITEMS) {
            throw new EvaluationFailed("withSequence has more than " + MOST_ITEMS + " items");
        }
        var format = sequence.textAt("format").filter(one -> !one.isEmpty()).orElse("%d");
        var items = new ArrayList<Value>();
        for (long i = start; start <= end ? i <= end : i >= end; i += start <= end ? 1 : -1) {
            items.add(Value.text(GoFormat.sprintf(format, i)));
        }
        return items;
    }

    private static Optional<Long> whole(Value.Mapping sequence, String field) {
        return sequence.find(field)
                .map(Json::text)
                .map(text -> {
                    try {
                        return Long.parseLong(text.strip());
                    } catch (NumberFormatException e) {
                        throw new EvaluationFailed("withSequence." + field + " is not a whole number: " + text);
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
                                            .map(field -> field.getKey() + ":" + Json.text(field.getValue()))
                                            .collect(Collectors.joining(","));
                    case Value.Sequence _, Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> Json.text(item);
                };
        return text.replace("(", "").replace(")", "");
    }

    /// The task of one item.
    ///
    /// @throws EvaluationFailed if a tag of the item cannot be resolved
    static Task withItem(Task task, Value item, Budget budget) {
        var json = task.json().without("withItems").without("withParam").without("withSequence");
        var variables = new LinkedHashMap<String, Value>();
        variables.put("item", Value.text(Json.text(item)));
        if (item instanceof Value.Mapping(var fields, _, _)) {
            fields.forEach((key, value) -> variables.put("item." + key, Value.text(Json.text(value))));
        }
        return new Task((Value.Mapping) Tags.replace(json, Scope.of(variables), Unresolved.KEEP, budget));
    }

    /// A variable of a loop as a whole.
    static Optional<Value> field(RunState state, Slots.Slot slot, String field) {
        if (field.equals("status")) {
            return slot.node < 0 ? Optional.empty() : Optional.of(Value.text(state.node(slot.node).phase.text()));
        }
        if (field.equals("id")) {
            return slot.node < 0
                    ? Optional.empty()
                    : Optional.of(Value.text(NodeNames.id(state.name, state.node(slot.node).name)));
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
        if (field.equals("outputs.result")) {
            return Optional.of(
                    Value.text(
                            Json.write(
                                    Value.list(
                                            succeeded.stream()
                                                    .flatMap(one -> one.result().stream())
                                                    .map(text ->
                                                            decoded(text)
                                                                    .orElseThrow(() ->
                                                                            new EvaluationFailed(
                                                                                    "the results of the loop cannot be put together,"
                                                                                            + " because one is not JSON: "
                                                                                            + text)))
                                                    .toList()))));
        }
        if (field.equals("outputs.parameters")) {
            return Optional.of(
                    Value.text(
                            Json.write(
                                    Value.list(succeeded.stream().map(one -> Value.of(one.parameters())).toList()))));
        }
        if (field.startsWith("outputs.parameters.")) {
            return parameter(succeeded, field.substring("outputs.parameters.".length()));
        }
        return Optional.empty();
    }

    private static Optional<Value> parameter(List<Outputs> succeeded, String name) {
        var values =
                succeeded.stream().flatMap(one -> Optional.ofNullable(one.parameters().get(name)).stream()).toList();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        var structured =
                values.stream()
                        .map(Loops::decoded)
                        .filter(one ->
                                one.isPresent()
                                        && (one.get() instanceof Value.Mapping || one.get() instanceof Value.Sequence))
                        .map(Optional::get)
                        .toList();
        var list = structured.size() == values.size() ? structured : values.stream().map(Value::text).toList();
        return Optional.of(Value.text(Json.write(Value.list(list))));
    }

    private static Optional<Value> decoded(String text) {
        try {
            return Optional.of(Json.parse(text));
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
