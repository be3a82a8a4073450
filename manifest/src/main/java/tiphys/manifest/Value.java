package tiphys.manifest;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A JSON value that knows where it stood in its text. Equality is that of the JSON, without the positions: a manifest
/// read twice from different files is equal. Immutable and safe for every thread; a change makes a new value.
public sealed interface Value {

    /// Where the value begins; [Position#NONE] if no text holds it.
    Position at();

    /// JSON's null; also YAML's empty value.
    record Null(Position at) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Null;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    /// True or false.
    record Bool(boolean value, Position at) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bool(var value, _) && value == this.value;
        }

        @Override
        public int hashCode() {
            return Boolean.hashCode(value);
        }
    }

    /// A number by its JSON literal, so that no digit is lost (`12345678901234567890`, `1.50`). Two are equal if they
    /// are the same number: `1` and `1.0`.
    record Number(String literal, Position at) implements Value {
        /// The exact number.
        public BigDecimal decimal() {
            return new BigDecimal(literal);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Number(var literal, _)
                    && (literal.equals(this.literal) || new BigDecimal(literal).compareTo(decimal()) == 0);
        }

        @Override
        public int hashCode() {
            return Double.hashCode(Double.parseDouble(literal));
        }
    }

    /// A string.
    record Text(String value, Position at) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Text(var value, _) && value.equals(this.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /// A list.
    record Sequence(List<Value> items, Position at) implements Value {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sequence(var items, _) && items.equals(this.items);
        }

        @Override
        public int hashCode() {
            return items.hashCode();
        }
    }

    /// An object: its fields in the order of the text, and where each key stood (a key that no text holds is absent in
    /// `keys`). Order does not matter to equality.
    record Mapping(Map<String, Value> fields, Map<String, Position> keys, Position at) implements Value {
        /// An object without fields.
        public static final Mapping EMPTY = new Mapping(Map.of(), Map.of(), Position.NONE);

        public Mapping {
            fields = Collections.unmodifiableMap(fields instanceof OwnedMap ? fields : new LinkedHashMap<>(fields));
            keys = keys instanceof OwnedMap ? Collections.unmodifiableMap(keys) : Map.copyOf(keys);
        }

        /// The field's value, if it is there; a null counts as there.
        public Optional<Value> find(String field) {
            return Optional.ofNullable(fields.get(field));
        }

        /// Where the field's key stands, else where the object begins.
        public Position keyAt(String field) {
            return keys.getOrDefault(field, at);
        }

        /// This object with one field set; an existing one keeps its place in the order.
        public Mapping with(String field, Value value) {
            var changed = new OwnedMap<>(fields);
            changed.put(field, value);
            return new Mapping(changed, keys, at);
        }

        /// This object with one field set to a string.
        public Mapping with(String field, String value) {
            return with(field, text(value));
        }

        /// This object without a field.
        public Mapping without(String field) {
            if (!fields.containsKey(field)) {
                return this;
            }
            var changed = new OwnedMap<>(fields);
            changed.remove(field);
            return new Mapping(changed, keys, at);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Mapping(var fields, _, _) && fields.equals(this.fields);
        }

        @Override
        public int hashCode() {
            return fields.hashCode();
        }
    }

    /// A string that no text holds.
    static Text text(String value) {
        return new Text(value, Position.NONE);
    }

    /// A whole number that no text holds.
    static Number number(long value) {
        return new Number(Long.toString(value), Position.NONE);
    }

    /// A truth value that no text holds.
    static Bool bool(boolean value) {
        return new Bool(value, Position.NONE);
    }

    /// A null that no text holds.
    static Null nothing() {
        return new Null(Position.NONE);
    }

    /// A list that no text holds.
    static Sequence list(List<? extends Value> items) {
        return new Sequence(List.copyOf(items), Position.NONE);
    }

    /// An object that no text holds, from key, value, key, value …; a value is a [Value], a String, a Long, an Integer,
    /// a Boolean, a List or a Map of those, or null (then the field is left out).
    static Mapping object(@Nullable Object... keysAndValues) {
        var fields = new OwnedMap<Value>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            var value = keysAndValues[i + 1];
            if (value != null && keysAndValues[i] instanceof String key) {
                fields.put(key, of(value));
            }
        }
        return new Mapping(fields, Map.of(), Position.NONE);
    }

    /// A plain Java value as a value; see [#object] for what it may be.
    static Value of(Object plain) {
        return switch (plain) {
            case Value value -> value;
            case String string -> text(string);
            case Boolean truth -> bool(truth);
            case Long number -> number(number);
            case Integer number -> number(number);
            case BigDecimal number -> new Number(number.toPlainString(), Position.NONE);
            case List<?> list -> list(list.stream().map(Value::of).toList());
            case Map<?, ?> map -> {
                var fields = new OwnedMap<Value>();
                map.forEach((key, value) -> fields.put((String) key, of(value)));
                yield new Mapping(fields, Map.of(), Position.NONE);
            }
            default -> throw new IllegalStateException("no value can be made of a " + plain.getClass());
        };
    }

    /// What stands at a path of field names, if every step of it is an object with that field.
    default Optional<Value> find(String first, String... rest) {
        return Optional.ofNullable(standing(first, rest));
    }

    private @Nullable Value standing(String first, String... rest) {
        var here = this instanceof Mapping(var fields, _, _) ? fields.get(first) : null;
        for (var step : rest) {
            here = here instanceof Mapping(var inner, _, _) ? inner.get(step) : null;
        }
        return here;
    }

    /// The string at a path, if a string stands there.
    default Optional<String> textAt(String first, String... rest) {
        return standing(first, rest) instanceof Text(var text, _) ? Optional.of(text) : Optional.empty();
    }

    /// The list at a path; empty if none stands there.
    default List<Value> listAt(String first, String... rest) {
        return standing(first, rest) instanceof Sequence(var items, _) ? items : List.of();
    }

    /// The object at a path; empty if none stands there.
    default Mapping mapAt(String first, String... rest) {
        return standing(first, rest) instanceof Mapping map ? map : Mapping.EMPTY;
    }
}
