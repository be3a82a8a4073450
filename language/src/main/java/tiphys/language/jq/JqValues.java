package tiphys.language.jq;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Values as jq sees them: their order, their types, their numbers.
final class JqValues {
    private static final int PREVIEW = 27;
    private static final double WHOLE = 1e17;

    static final Value NULL = Value.nothing();
    static final Value TRUE = Value.bool(true);
    static final Value FALSE = Value.bool(false);

    /// null < false < true < numbers < texts < lists < objects.
    static final Comparator<Value> ORDER = JqValues::compare;

    private JqValues() {}

    static Value number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < WHOLE) {
            return Value.number((long) number);
        }
        if (Double.isNaN(number)) {
            return NULL;
        }
        if (Double.isInfinite(number)) {
            return number(number > 0 ? Double.MAX_VALUE : -Double.MAX_VALUE);
        }
        double size = Math.abs(number);
        var decimal = new BigDecimal(Double.toString(number));
        if (size >= 1e-6 && size < 1e21) {
            return new Value.Number(decimal.toPlainString(), Position.NONE);
        }
        var digits = decimal.stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        var plain = digits.movePointLeft(exponent).toPlainString();
        return new Value.Number(
                plain + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent),
                Position.NONE);
    }

    static double number(Value value) {
        return Double.parseDouble(((Value.Number) value).literal());
    }

    static boolean truth(Value value) {
        return !(value instanceof Value.Null) && !value.equals(FALSE);
    }

    static String type(Value value) {
        return switch (value) {
            case Value.Null _ -> "null";
            case Value.Bool _ -> "boolean";
            case Value.Number _ -> "number";
            case Value.Text _ -> "string";
            case Value.Sequence _ -> "array";
            case Value.Mapping _ -> "object";
        };
    }

    /// A value as errors name it: `number (1)`.
    static String named(Value value) {
        if (value instanceof Value.Null) {
            return "null";
        }
        var json = json(value);
        return type(value) + " (" + (json.length() > PREVIEW + 3 ? json.substring(0, PREVIEW) + " ..." : json) + ")";
    }

    static Value list(List<Value> items) {
        return Value.list(items);
    }

    static Value.Mapping map(Map<String, Value> fields) {
        return new Value.Mapping(fields, Map.of(), Position.NONE);
    }

    /// Keys in jq's order.
    static List<String> keys(Value.Mapping map) {
        return new ArrayList<>(new TreeMap<>(map.fields()).keySet());
    }

    private static int rank(Value value) {
        return switch (value) {
            case Value.Null _ -> 0;
            case Value.Bool(var truth, _) -> truth ? 2 : 1;
            case Value.Number _ -> 3;
            case Value.Text _ -> 4;
            case Value.Sequence _ -> 5;
            case Value.Mapping _ -> 6;
        };
    }

    static int compare(Value left, Value right) {
        int ranks = Integer.compare(rank(left), rank(right));
        if (ranks != 0) {
            return ranks;
        }
        return switch (left) {
            case Value.Number _ -> Double.compare(number(left), number(right));
            case Value.Text(var text, _) -> text.compareTo(((Value.Text) right).value());
            case Value.Sequence(var items, _) -> compare(items, ((Value.Sequence) right).items());
            case Value.Mapping map -> compare(map, (Value.Mapping) right);
            case Value.Null _, Value.Bool _ -> 0;
        };
    }

    private static int compare(List<Value> left, List<Value> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    private static int compare(Value.Mapping left, Value.Mapping right) {
        var keys = keys(left);
        int order =
                compare(
                        keys.stream().<Value>map(Value::text).toList(),
                        keys(right).stream().<Value>map(Value::text).toList());
        for (int i = 0; order == 0 && i < keys.size(); i++) {
            order =
                    compare(
                            left.fields().getOrDefault(keys.get(i), NULL),
                            right.fields().getOrDefault(keys.get(i), NULL));
        }
        return order;
    }

    /// As Go writes JSON: keys sorted, `<`, `>` and `&` escaped.
    static String json(Value value) {
        return Json.write(sorted(value)).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    /// The same without those escapes, as `tojson` has it.
    static String plainJson(Value value) {
        return Json.write(sorted(value));
    }

    private static Value sorted(Value value) {
        return switch (value) {
            case Value.Mapping map -> {
                var fields = new LinkedHashMap<String, Value>();
                for (var key : keys(map)) {
                    fields.put(key, sorted(map.fields().getOrDefault(key, NULL)));
                }
                yield map(fields);
            }
            case Value.Sequence(var items, _) -> Value.list(items.stream().map(JqValues::sorted).toList());
            case Value.Number number -> number(Double.parseDouble(number.literal()));
            case Value.Null _, Value.Bool _, Value.Text _ -> value;
        };
    }
}
