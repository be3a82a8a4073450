package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// RFC 6902, with the bounds and the refusals of Kubernetes.
final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;

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
        for (var operation : operations) {
            changed = apply(changed, operation.textAt("op").orElse(""), operation);
        }
        return changed;
    }

    private static Value apply(Value document, String name, Value operation) {
        var path =
                operation
                        .textAt("path")
                        .orElseThrow(() -> rejected(name + " operation does not apply", "missing path"));
        return switch (name) {
            case "add" -> add(document, path, value(operation, name), name);
            case "remove" -> remove(document, path, name);
            case "replace" -> replace(document, path, value(operation, name));
            case "move" -> {
                var from = from(operation, name);
                if (path.startsWith(from + "/")) {
                    throw rejected("move operation does not apply", "\"" + from + "\" cannot be moved into itself");
                }
                var moved = found(document, from, name);
                yield add(remove(document, from, name), path, moved, name);
            }
            case "copy" -> add(document, path, found(document, from(operation, name), name), name);
            case "test" -> {
                var expected = operation.find("value").orElse(Value.nothing());
                var actual = find(document, tokens(path, name));
                if (!actual.orElse(Value.nothing()).equals(expected)) {
                    throw rejected("testing value " + path + " failed", "test failed");
                }
                yield document;
            }
            default -> throw rejected("Unexpected kind", name);
        };
    }

    private static Value value(Value operation, String name) {
        return operation.find("value").orElseThrow(() -> rejected(name + " operation does not apply", "missing value"));
    }

    private static String from(Value operation, String name) {
        return operation.textAt("from").orElseThrow(() -> rejected(name + " operation does not apply", "missing from"));
    }

    private static Value found(Value document, String path, String name) {
        return find(document, tokens(path, name)).orElseThrow(() -> missingKey(name, path));
    }

    private static Optional<Value> find(Value document, List<String> tokens) {
        var here = document;
        for (var token : tokens) {
            switch (here) {
                case Value.Mapping map when map.fields().containsKey(token) -> here = map.fields().get(token);
                case Value.Sequence(var items, _) when index(token, items.size()) >= 0 ->
                        here = items.get(index(token, items.size()));
                case Value.Mapping _, Value.Sequence _, Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(here);
    }

    private static Value add(Value document, String path, Value value, String name) {
        return change(
                document,
                tokens(path, name),
                0,
                new Change(name, path) {
                    @Override
                    Value whole() {
                        return value;
                    }

                    @Override
                    Value in(Value.Mapping map, String field) {
                        return map.with(field, value);
                    }

                    @Override
                    Value in(List<Value> items, String token) {
                        int at = token.equals("-") ? items.size() : index(token, items.size() + 1);
                        if (at < 0) {
                            throw rejected(
                                    name + " operation does not apply",
                                    "doc is missing path: " + path + ": Unable to access invalid index: " + token);
                        }
                        items.add(at, value);
                        return Value.list(items);
                    }
                });
    }

    private static Value remove(Value document, String path, String name) {
        return change(
                document,
                tokens(path, name),
                0,
                new Change(name, path) {
                    @Override
                    Value whole() {
                        throw rejected(name + " operation does not apply", "the whole document cannot be removed");
                    }

                    @Override
                    Value in(Value.Mapping map, String field) {
                        if (!map.fields().containsKey(field)) {
                            throw missingKey(name, path);
                        }
                        return map.without(field);
                    }

                    @Override
                    Value in(List<Value> items, String token) {
                        int at = index(token, items.size());
                        if (at < 0) {
                            throw missingKey(name, path);
                        }
                        items.remove(at);
                        return Value.list(items);
                    }
                });
    }

    private static Value replace(Value document, String path, Value value) {
        return change(
                document,
                tokens(path, "replace"),
                0,
                new Change("replace", path) {
                    @Override
                    Value whole() {
                        return value;
                    }

                    @Override
                    Value in(Value.Mapping map, String field) {
                        if (!map.fields().containsKey(field)) {
                            throw missingKey("replace", path);
                        }
                        return map.with(field, value);
                    }

                    @Override
                    Value in(List<Value> items, String token) {
                        int at = index(token, items.size());
                        if (at < 0) {
                            throw missingKey("replace", path);
                        }
                        items.set(at, value);
                        return Value.list(items);
                    }
                });
    }

    /// What is done to the last step of a path.
    private abstract static class Change {
        private final String operation;
        private final String path;

        Change(String operation, String path) {
            this.operation = operation;
            this.path = path;
        }

        abstract Value whole();

        abstract Value in(Value.Mapping map, String field);

        abstract Value in(List<Value> items, String token);

        Refusal missingPath() {
            return rejected(
                    operation + " operation does not apply", "doc is missing path: \"" + path + "\": missing value");
        }
    }

    private static Value change(Value here, List<String> tokens, int depth, Change change) {
        if (tokens.isEmpty()) {
            return change.whole();
        }
        var token = tokens.get(depth);
        boolean last = depth == tokens.size() - 1;
        return switch (here) {
            case Value.Mapping map -> {
                if (last) {
                    yield change.in(map, token);
                }
                var inner = map.find(token).orElseThrow(change::missingPath);
                yield map.with(token, change(inner, tokens, depth + 1, change));
            }
            case Value.Sequence(var items, _) -> {
                var copy = new ArrayList<>(items);
                if (last) {
                    yield change.in(copy, token);
                }
                int at = index(token, items.size());
                if (at < 0) {
                    throw change.missingPath();
                }
                copy.set(at, change(items.get(at), tokens, depth + 1, change));
                yield Value.list(copy);
            }
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> throw change.missingPath();
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

    private static List<String> tokens(String path, String name) {
        if (path.isEmpty()) {
            return List.of();
        }
        if (!path.startsWith("/")) {
            throw rejected(name + " operation does not apply", "the path \"" + path + "\" must begin with a slash");
        }
        return List.of(path.substring(1).split("/", -1)).stream()
                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    private static Refusal missingKey(String operation, String path) {
        return rejected(operation + " operation does not apply", "doc is missing key: " + path + ": missing value");
    }

    private static Refusal rejected(String what, String why) {
        return new Refusal(
                422, "Invalid", "the server rejected our request due to an error in our request: " + what + ": " + why);
    }
}
