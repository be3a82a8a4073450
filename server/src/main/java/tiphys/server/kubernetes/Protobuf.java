package tiphys.server.kubernetes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// Turns Kubernetes' protobuf into the JSON that it stands for, for the kinds that kubectl sends so: the `create` commands and
/// the reviews. Answers are always JSON, which kubectl takes.
final class Protobuf {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private Protobuf() {}

    /// The object in an envelope (`k8s\0`, then `runtime.Unknown`).
    static Value.Mapping object(byte[] bytes) {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw Statuses.badRequest("expected Kubernetes' protobuf to begin with \"k8s\\0\"");
        }
        var apiVersion = "";
        var kind = "";
        byte[] raw = {};
        var envelope = new ProtobufReader(bytes, MAGIC.length, bytes.length);
        for (int field = envelope.next(); field != 0; field = envelope.next()) {
            switch (field) {
                case 1 -> {
                    var type = envelope.message();
                    for (int inner = type.next(); inner != 0; inner = type.next()) {
                        switch (inner) {
                            case 1 -> apiVersion = type.text();
                            case 2 -> kind = type.text();
                            default -> type.skip();
                        }
                    }
                }
                case 2 -> raw = envelope.content();
                default -> envelope.skip();
            }
        }
        var message = Optional.ofNullable(ProtobufKinds.ALL.get(kind));
        if (message.isEmpty()) {
            throw Statuses.unsupportedMediaType(
                    "a "
                            + (kind.isEmpty() ? "body without a kind" : kind + " of " + apiVersion)
                            + " is not read from application/vnd.kubernetes.protobuf; send application/json");
        }
        var fields = new LinkedHashMap<String, Value>();
        fields.put("kind", Value.text(kind));
        fields.put("apiVersion", Value.text(apiVersion));
        fields.putAll(read(message.get(), new ProtobufReader(raw, 0, raw.length)));
        return Value.of(fields) instanceof Value.Mapping mapping ? mapping : Value.Mapping.EMPTY;
    }

    private static Map<String, Value> read(ProtobufKinds.Message message, ProtobufReader reader) {
        var fields = new LinkedHashMap<String, Value>();
        var lists = new LinkedHashMap<String, List<Value>>();
        var maps = new LinkedHashMap<String, Map<String, Value>>();
        for (int number = reader.next(); number != 0; number = reader.next()) {
            var field = message.fields().get(number);
            switch (field) {
                case null -> reader.skip();
                case ProtobufKinds.Scalar(var name, var type) ->
                        scalar(type, reader).ifPresent(value -> fields.put(name, value));
                case ProtobufKinds.One(var name, var inner) -> {
                    var read = read(inner, reader.message());
                    if (!read.isEmpty()) {
                        fields.put(name, Value.of(read));
                    }
                }
                case ProtobufKinds.Texts(var name) ->
                        lists.computeIfAbsent(name, _ -> new ArrayList<>()).add(Value.text(reader.text()));
                case ProtobufKinds.Many(var name, var inner) ->
                        lists.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(Value.of(read(inner, reader.message())));
                case ProtobufKinds.Mapped(var name, var type) ->
                        entry(type, reader.message(), maps.computeIfAbsent(name, _ -> new LinkedHashMap<>()));
            }
        }
        lists.forEach((name, items) -> fields.put(name, Value.list(items)));
        maps.forEach((name, entries) -> fields.put(name, Value.of(entries)));
        return fields;
    }

    /// What is empty in protobuf is absent in JSON.
    private static Optional<Value> scalar(ProtobufKinds.Type type, ProtobufReader reader) {
        return switch (type) {
            case TEXT -> Optional.of(reader.text()).filter(text -> !text.isEmpty()).map(Value::text);
            case BYTES -> Optional.of(Base64.getEncoder().encodeToString(reader.content())).map(Value::text);
            case NUMBER -> Optional.of(reader.number()).filter(number -> number != 0).map(Value::number);
            case TRUTH -> Optional.of(reader.number() != 0).map(Value::bool);
            case NUMBER_OR_TEXT -> numberOrText(reader.message());
        };
    }

    private static Optional<Value> numberOrText(ProtobufReader reader) {
        long type = 0;
        long number = 0;
        var text = "";
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> type = reader.number();
                case 2 -> number = reader.number();
                case 3 -> text = reader.text();
                default -> reader.skip();
            }
        }
        return Optional.of(type == 0 ? Value.number(number) : Value.text(text));
    }

    private static void entry(ProtobufKinds.Type type, ProtobufReader reader, Map<String, Value> into) {
        var key = "";
        Value value = Value.text("");
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> key = reader.text();
                case 2 -> value = scalar(type, reader).orElse(value);
                default -> reader.skip();
            }
        }
        into.put(key, value);
    }
}
