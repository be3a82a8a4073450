package tiphys.manifest.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a field's value must keep to beside its type, as the custom resource definitions of Argo Workflows v4.1.2 say it,
/// and Kubernetes of what becomes a pod's names and paths:
///
/// | word | means |
/// |---|---|
/// | `min=1`, `max=511` | the least and the greatest number |
/// | `like=^[a-z]+$` | a regular expression for a text |
/// | `tags` | a text with a tag need not be like that |
/// | `none` | an empty text stands for none, as Go writes it |
/// | `inside` | a relative path that does not climb out by `..` |
/// | `length=1`, `long=128` | how many characters a text must and may have |
/// | `items=1` | how many items a list must have |
/// | `unique=name`, `unique=containerPort+protocol` | the fields in which the items of a list must differ |
///
/// The messages are those of Kubernetes' API server.
record Limits(Map<String, String> words) {
    static final Limits NONE = new Limits(Map.of());

    private static final int LONGEST_MATCHED = 1024;

    static Limits of(List<String> words) {
        var byName = new LinkedHashMap<String, String>();
        for (var word : words) {
            int equals = word.indexOf('=');
            byName.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return new Limits(byName);
    }

    /// A value that is outside of the limits.
    ///
    /// @param item the place in a list that is meant; -1 for the whole value
    /// @param duplicate whether an item of a list is there twice
    record Breach(String message, int item, boolean duplicate) {}

    /// What is wrong with a value of the right type.
    List<Breach> breaches(Value value, String path) {
        if (words.isEmpty()) {
            return List.of();
        }
        return switch (value) {
            case Value.Number number -> number(number, path);
            case Value.Text(var text, _) -> text(text, path);
            case Value.Sequence(var items, _) -> list(items, path);
            case Value.Null _, Value.Bool _, Value.Mapping _ -> List.of();
        };
    }

    private List<Breach> number(Value.Number number, String path) {
        var found = new ArrayList<Breach>();
        limit("min")
                .filter(least -> number.decimal().compareTo(least) < 0)
                .ifPresent(least ->
                        found.add(breach(number, path, "should be greater than or equal to " + least.toPlainString())));
        limit("max")
                .filter(most -> number.decimal().compareTo(most) > 0)
                .ifPresent(most ->
                        found.add(breach(number, path, "should be less than or equal to " + most.toPlainString())));
        return found;
    }

    private Optional<BigDecimal> limit(String word) {
        return Optional.ofNullable(words.get(word)).map(BigDecimal::new);
    }

    private List<Breach> text(String text, String path) {
        if ((text.contains("{{") && words.containsKey("tags")) || (text.isEmpty() && words.containsKey("none"))) {
            return List.of();
        }
        var found = new ArrayList<Breach>();
        int characters = text.codePointCount(0, text.length());
        limit("length")
                .filter(least -> characters < least.intValue())
                .ifPresent(least ->
                        found.add(breach(Value.text(text), path, "should be at least " + least + " chars long")));
        limit("long")
                .filter(most -> characters > most.intValue())
                .ifPresent(
                        most -> found.add(new Breach("Too long: may not be more than " + most + " bytes", -1, false)));
        if (words.containsKey("inside")) {
            if (text.startsWith("/")) {
                found.add(
                        new Breach(
                                "Invalid value: " + Json.write(Value.text(text)) + ": must be a relative path",
                                -1,
                                false));
            }
            if (List.of(text.split("/", -1)).contains("..")) {
                found.add(
                        new Breach(
                                "Invalid value: " + Json.write(Value.text(text)) + ": must not contain '..'",
                                -1,
                                false));
            }
        }
        var like = words.get("like");
        if (like != null && (text.length() > LONGEST_MATCHED || !Pattern.compile(like).matcher(text).matches())) {
            found.add(breach(Value.text(text), path, "should match '" + like + "'"));
        }
        return found;
    }

    private List<Breach> list(List<Value> items, String path) {
        var found = new ArrayList<Breach>();
        limit("items")
                .filter(least -> items.size() < least.intValue())
                .ifPresent(least ->
                        found.add(
                                breach(Value.number(items.size()), path, "should have at least " + least + " items")));
        var keys = words.get("unique");
        if (keys != null) {
            var names = List.of(keys.split("\\+"));
            var seen = new HashSet<Value>();
            for (int i = 0; i < items.size(); i++) {
                var key = key(items.get(i), names);
                if (!seen.add(key)) {
                    found.add(new Breach("Duplicate value: " + Json.write(key), i, true));
                }
            }
        }
        return found;
    }

    private static Value.Mapping key(Value item, List<String> names) {
        var key = Value.Mapping.EMPTY;
        for (var name : names) {
            var part = item.find(name);
            if (part.isEmpty() && name.equals("protocol")) {
                part = Optional.of(Value.text("TCP")); // its default
            }
            if (part.isPresent()) {
                key = key.with(name, part.get());
            }
        }
        return key;
    }

    private static Breach breach(Value value, String path, String rule) {
        return new Breach("Invalid value: " + Json.write(value) + ": " + path + " in body " + rule, -1, false);
    }
}
