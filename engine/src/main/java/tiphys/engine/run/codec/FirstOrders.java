package tiphys.engine.run.codec;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Value;

/// Reads the template out of an order of version 1, which had the parts of its container beside one another and no template.
/// Never changed: stores hold such orders.
final class FirstOrders {
    private FirstOrders() {}

    static Value.Mapping template(Value.Mapping order) {
        boolean script = order.textAt("script").isPresent();
        var container =
                Value.object(
                        "image", text(order, "image"),
                        "command", Value.list(order.listAt("command")),
                        "args", Value.list(order.listAt("args")),
                        "source", order.textAt("script").orElse(null),
                        "workingDir", order.textAt("workingDir").orElse(null),
                        "env", list(order, "env", FirstOrders::variable),
                        "envFrom", list(order, "envFrom", FirstOrders::envFrom),
                        "volumeMounts", list(order, "mounts", FirstOrders::mount));
        var outputs = list(order, "outputs", FirstOrders::output);
        return Value.object(
                script ? "script" : "container",
                container,
                "outputs",
                outputs == null ? null : Value.object("parameters", outputs),
                "volumes",
                list(order, "mounts", FirstOrders::volume));
    }

    private static @org.jspecify.annotations.Nullable Value list(
            Value.Mapping order, String field, java.util.function.UnaryOperator<Value> item) {
        var all = new ArrayList<Value>();
        order.listAt(field).forEach(one -> all.add(item.apply(one)));
        return all.isEmpty() ? null : Value.list(all);
    }

    private static Value variable(Value json) {
        for (var kind : List.of("configMap", "secret")) {
            if (json.find(kind).isPresent()) {
                return Value.object(
                        "name", text(json, "name"), "valueFrom", Value.object(kind + "KeyRef", reference(json, kind)));
            }
        }
        return Value.object("name", text(json, "name"), "value", text(json, "value"));
    }

    private static Value reference(Value json, String kind) {
        return Value.object("name", text(json, kind), "key", text(json, "key"), "optional", flag(json, "optional"));
    }

    private static Value envFrom(Value json) {
        var kind = text(json, "origin").equals("SECRET") ? "secretRef" : "configMapRef";
        return Value.object(
                "prefix",
                text(json, "prefix"),
                kind,
                Value.object("name", text(json, "name"), "optional", flag(json, "optional")));
    }

    private static Value mount(Value json) {
        return Value.object(
                "name", text(json, "volume"),
                "mountPath", text(json, "path"),
                "subPath", json.textAt("subPath").orElse(null),
                "readOnly", flag(json, "readOnly"));
    }

    private static Value volume(Value mount) {
        var name = text(mount, "volume");
        if (mount.find("keys").isEmpty()) {
            return Value.object("name", name, "emptyDir", Value.Mapping.EMPTY);
        }
        var keys = mount.mapAt("keys");
        boolean secret = text(keys, "origin").equals("SECRET");
        return Value.object(
                "name",
                name,
                secret ? "secret" : "configMap",
                Value.object(
                        secret ? "secretName" : "name",
                        text(keys, "name"),
                        "items",
                        Value.list(keys.listAt("items")),
                        "optional",
                        flag(keys, "optional")));
    }

    private static Value output(Value json) {
        return Value.object("name", text(json, "parameter"), "valueFrom", Value.object("path", text(json, "path")));
    }

    private static String text(Value json, String field) {
        return json.textAt(field).orElse("");
    }

    private static @org.jspecify.annotations.Nullable Boolean flag(Value json, String field) {
        return json.find(field).isPresent() ? true : null;
    }
}
