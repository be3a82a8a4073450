package tiphys.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/// Builds values from the parser's events, one document after another. What aliases add beyond the text is bounded.
final class YamlReader {
    private static final long MAX_EXPANDED = 100_000;

    private record Sized(Value value, long nodes) {}

    private final Iterator<Event> events;
    private final Consumer<Diagnostic> doubts;
    private final Map<String, Sized> anchors = new HashMap<>();
    private long expanded;
    private long nodes;

    /// @param doubts hears of what is read all the same
    YamlReader(Iterator<Event> events, Consumer<Diagnostic> doubts) {
        this.events = events;
        this.doubts = doubts;
    }

    List<Value> documents() {
        var documents = new ArrayList<Value>();
        while (events.hasNext()) {
            if (events.next().getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                var value = read(events.next(), 1);
                if (!(value instanceof Value.Null)) {
                    documents.add(value);
                }
            }
        }
        return documents;
    }

    private Value read(Event event, int depth) {
        var at = at(event);
        if (depth > Json.MAX_DEPTH) {
            throw invalid("TIP-1004", "values are nested deeper than " + Json.MAX_DEPTH + " levels", at);
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias.getAlias().getValue(), at);
        }
        long before = nodes++;
        Value value;
        if (event instanceof ScalarEvent scalar) {
            value = scalar(scalar, at);
        } else if (event.getEventId() == Event.ID.SequenceStart) {
            var items = new ArrayList<Value>();
            for (var next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
                items.add(read(next, depth + 1));
            }
            value = new Value.Sequence(items, at);
        } else {
            value = mapping(at, depth);
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            anchors.put(node.getAnchor().get().getValue(), new Sized(value, nodes - before));
        }
        return value;
    }

    private Value aliased(String name, Position at) {
        var anchor = anchors.get(name);
        if (anchor == null) {
            throw invalid("TIP-1001", "invalid YAML: the alias *" + name + " stands for nothing before it", at);
        }
        nodes += anchor.nodes();
        expanded += anchor.nodes();
        if (expanded > MAX_EXPANDED) {
            throw invalid("TIP-1004", "aliases expand to more than " + MAX_EXPANDED + " values", at);
        }
        return anchor.value();
    }

    private Value mapping(Position at, int depth) {
        Map<String, Value> fields = new LinkedHashMap<>();
        Map<String, Position> keys = new LinkedHashMap<>();
        var merged = new ArrayList<Value>();
        for (var next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            var keyAt = at(next);
            boolean merges = next instanceof ScalarEvent scalar && scalar.isPlain() && scalar.getValue().equals("<<");
            var key = merges ? "<<" : key(read(next, depth + 1), keyAt);
            var value = read(events.next(), depth + 1);
            if (merges) {
                merged.add(value);
                continue;
            }
            var first = keys.put(key, keyAt);
            if (first != null) {
                var message = "the key \"" + key + "\" is set twice, first at " + first + "; the last one counts";
                doubts.accept(Diagnostic.warning("TIP-1003", message, keyAt, ""));
            }
            fields.put(key, value);
        }
        merged.forEach(value -> merge(value, at, fields, keys));
        return new Value.Mapping(fields, keys, at);
    }

    private static void merge(Value from, Position at, Map<String, Value> fields, Map<String, Position> keys) {
        if (from instanceof Value.Mapping map) {
            map.fields()
                    .forEach((key, value) -> {
                        if (fields.putIfAbsent(key, value) == null) {
                            keys.put(key, map.keyAt(key));
                        }
                    });
        } else if (from instanceof Value.Sequence(var items, _)
                && items.stream().allMatch(Value.Mapping.class::isInstance)) {
            items.forEach(item -> merge(item, at, fields, keys));
        } else {
            throw invalid("TIP-1001", "invalid YAML: a merge key (<<) takes an object or a list of objects", at);
        }
    }

    private static String key(Value key, Position at) {
        return switch (key) {
            case Value.Text(var text, _) -> text;
            case Value.Number(var literal, _) -> literal;
            case Value.Bool(var truth, _) -> Boolean.toString(truth);
            case Value.Null _ -> "null";
            case Value.Sequence _, Value.Mapping _ ->
                    throw new InvalidInput(
                            List.of(
                                    Diagnostic.error("TIP-1001", "invalid YAML: a key must be a single value", at, "")
                                            .hint("put a text with a tag in quotes: \"{{…}}\"")));
        };
    }

    private static Value scalar(ScalarEvent scalar, Position at) {
        boolean isText =
                scalar.getTag().isPresent()
                        ? scalar.getTag().get().endsWith(":str") || scalar.getTag().get().equals("!")
                        : !scalar.isPlain();
        return isText ? new Value.Text(scalar.getValue(), at) : Scalars.resolve(scalar.getValue(), at);
    }

    private static Position at(Event event) {
        return event.getStartMark()
                .map(mark -> new Position(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Position.NONE);
    }

    static InvalidInput invalid(String code, String message, Position at) {
        return new InvalidInput(List.of(Diagnostic.error(code, message, at, "")));
    }
}
