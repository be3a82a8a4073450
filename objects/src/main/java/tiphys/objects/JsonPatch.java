package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// RFC 6902, with the bounds and the refusals of Kubernetes.
final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;
    private static final int MAX_COPIED_BYTES = 3 * 1024 * 1024;

    private JsonPatch() {}

    /// The document with every operation done, or a refusal and nothing done.
    static Value apply(Value document, Value patch) {
        if (!(patch instanceof Value.Sequence(var operations, _))) {
            throw Refusal.badRequest(
                    "json: cannot unmarshal "
                            + MetadataRules.jsonType(patch)
                            + " into a JSON patch, which is a list of operations");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw new Refusal(
                    413,
                    "RequestEntityTooLarge",
                    "The allowed maximum operations in a JSON patch is "
                            + MAX_OPERATIONS
                            + ", got "
                            + operations.size());
        }
        var changed = document;
        long copied = 0;
        for (var json : operations) {
            var operation = new Operation(json.textAt("op").orElse(""), json);
            if (operation.name().equals("copy")) {
                // Copies of copies double: their sum is bounded before any is made.
                copied += Json.bytes(operation.source(changed)).length;
                if (copied > MAX_COPIED_BYTES) {
                    throw operation.rejected(
                            "the copied values have more than " + MAX_COPIED_BYTES + " bytes together");
                }
            }
            changed = operation.on(changed);
        }
        return changed;
    }

    /// One operation of a patch.
    private record Operation(String name, Value json) {

        Value on(Value document) {
            return switch (name) {
                case "add" -> add(document, value());
                case "remove" -> new Place(this, path(), Optional.empty(), true).in(document);
                case "replace" -> new Place(this, path(), Optional.of(value()), true).in(document);
                case "move" -> {
                    var from = from();
                    if (path().startsWith(from + "/")) {
                        throw rejected("\"" + from + "\" cannot be moved into itself");
                    }
                    var rest = new Place(this, from, Optional.empty(), true).in(document);
                    yield add(rest, source(document));
                }
                case "copy" -> add(document, source(document));
                case "test" -> {
                    var expected = json.find("value").orElse(Value.nothing());
                    if (!find(document, path()).orElse(Value.nothing()).equals(expected)) {
                        throw JsonPatch.rejected("testing value " + path() + " failed", "test failed");
                    }
                    yield document;
                }
                default -> throw JsonPatch.rejected("Unexpected kind", name);
            };
        }

        private Value add(Value document, Value value) {
            return new Place(this, path(), Optional.of(value), false).in(document);
        }

        private String path() {
            return json.textAt("path").orElseThrow(() -> rejected("missing path"));
        }

        private String from() {
            return json.textAt("from").orElseThrow(() -> rejected("missing from"));
        }

        private Value value() {
            return json.find("value").orElseThrow(() -> rejected("missing value"));
        }

        /// What a copy or a move takes.
        Value source(Value document) {
            var from = from();
            return find(document, from).orElseThrow(() -> missingKey(from));
        }

        private Optional<Value> find(Value document, String path) {
            var here = document;
            for (var token : tokens(path)) {
                switch (here) {
                    case Value.Mapping map when map.fields().containsKey(token) -> here = map.fields().get(token);
                    case Value.Sequence(var items, _) when index(token, items.size()) >= 0 ->
                            here = items.get(index(token, items.size()));
                    case Value.Mapping _,
                            Value.Sequence _,
                            Value.Null _,
                            Value.Bool _,
                            Value.Number _,
                            Value.Text _ -> {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(here);
        }

        List<String> tokens(String path) {
            if (path.isEmpty()) {
                return List.of();
            }
            if (!path.startsWith("/")) {
                throw rejected("the path \"" + path + "\" must begin with a slash");
            }
            var tokens = path.substring(1).split("/", -1);
            if (tokens.length > Json.MAX_DEPTH) {
                throw rejected("the path has more than " + Json.MAX_DEPTH + " steps");
            }
            return Stream.of(tokens).map(token -> token.replace("~1", "/").replace("~0", "~")).toList();
        }

        Refusal missingKey(String path) {
            return rejected("doc is missing key: " + path + ": missing value");
        }

        Refusal rejected(String why) {
            return JsonPatch.rejected(name + " operation does not apply", why);
        }
    }

    /// A place in the document and what comes there.
    ///
    /// @param value empty to remove what is there
    /// @param taken whether something must be there already; otherwise a list makes room
    private record Place(Operation operation, String path, Optional<Value> value, boolean taken) {

        Value in(Value document) {
            var tokens = operation.tokens(path);
            value.ifPresent(added -> {
                if (tokens.size() + depth(added) > Json.MAX_DEPTH) {
                    throw operation.rejected("the document would be nested too deeply");
                }
            });
            if (tokens.isEmpty()) {
                return value.orElseThrow(() -> operation.rejected("the whole document cannot be removed"));
            }
            return in(document, tokens);
        }

        private Value in(Value here, List<String> tokens) {
            var token = tokens.getFirst();
            var rest = tokens.subList(1, tokens.size());
            return switch (here) {
                case Value.Mapping map when rest.isEmpty() -> {
                    if (taken && !map.fields().containsKey(token)) {
                        throw operation.missingKey(path);
                    }
                    yield value.isPresent() ? map.with(token, value.get()) : map.without(token);
                }
                case Value.Mapping map -> map.with(token, in(map.find(token).orElseThrow(this::missingPath), rest));
                case Value.Sequence(var items, _) -> {
                    var copy = new ArrayList<>(items);
                    if (rest.isEmpty()) {
                        change(copy, token);
                    } else {
                        int at = index(token, items.size());
                        if (at < 0) {
                            throw missingPath();
                        }
                        copy.set(at, in(items.get(at), rest));
                    }
                    yield Value.list(copy);
                }
                case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> throw missingPath();
            };
        }

        private void change(List<Value> items, String token) {
            if (!taken && token.equals("-")) {
                value.ifPresent(items::add);
                return;
            }
            int at = index(token, taken ? items.size() : items.size() + 1);
            if (at < 0) {
                throw taken
                        ? operation.missingKey(path)
                        : operation.rejected(
                                "doc is missing path: " + path + ": Unable to access invalid index: " + token);
            }
            if (taken) {
                items.remove(at);
            }
            value.ifPresent(added -> items.add(at, added));
        }

        private Refusal missingPath() {
            return operation.rejected("doc is missing path: \"" + path + "\": missing value");
        }
    }

    private static int depth(Value value) {
        return switch (value) {
            case Value.Mapping(var fields, _, _) ->
                    1 + fields.values().stream().mapToInt(JsonPatch::depth).max().orElse(0);
            case Value.Sequence(var items, _) -> 1 + items.stream().mapToInt(JsonPatch::depth).max().orElse(0);
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> 0;
        };
    }

    /// The index that a token means in a list of that many places, or -1.
    private static int index(String token, int places) {
        if (token.isEmpty() || token.length() > 6 || !token.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int at = Integer.parseInt(token);
        return at < places ? at : -1;
    }

    private static Refusal rejected(String what, String why) {
        return new Refusal(
                422, "Invalid", "the server rejected our request due to an error in our request: " + what + ": " + why);
    }
}
