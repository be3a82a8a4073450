package tiphys.manifest.workflow;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tiphys.manifest.Value;

/// An artifact: of an argument, an input or an output. Where its bytes are kept stands in one of the fields that
/// [#DRIVERS] names, beside the others.
public record Artifact(Value.Mapping json) {
    /// The fields that say where bytes are kept, in the order in which Argo looks.
    public static final List<String> DRIVERS =
            List.of("artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "plugin", "raw", "s3");

    /// Those of them that have a key, and the name that it has there.
    private static final List<List<String>> KEYS =
            List.of(
                    List.of("s3", "key"),
                    List.of("gcs", "key"),
                    List.of("oss", "key"),
                    List.of("azure", "blob"),
                    List.of("hdfs", "path"),
                    List.of("plugin", "key"),
                    List.of("local", "key"));

    /// Artifactory's key is the path of its URL.
    private static final Pattern HOST = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/]*");

    static List<Artifact> list(Value.Mapping json, String field) {
        return Views.maps(json, field).map(Artifact::new).toList();
    }

    /// The artifacts of a template's `inputs` or `outputs`, or of `arguments`.
    public static List<Artifact> list(Value.Mapping json) {
        return list(json, "artifacts");
    }

    public String name() {
        return json.textAt("name").orElse("");
    }

    /// Where it is in the step; empty if it does not say.
    public Optional<String> path() {
        return text("path");
    }

    /// The tag that names another artifact, `{{steps.a.outputs.artifacts.b}}`.
    public Optional<String> from() {
        return text("from");
    }

    /// The expression whose value is another artifact.
    public Optional<String> fromExpression() {
        return text("fromExpression");
    }

    /// What is added to the key of the artifact that it comes from.
    public Optional<String> subPath() {
        return text("subPath");
    }

    public Optional<String> globalName() {
        return text("globalName");
    }

    /// Whether it may be missing.
    public boolean optional() {
        return Views.flag(json, "optional");
    }

    /// The rights that the file, or the top of the directory, has in the step, as a number (420 for `rw-r--r--`).
    public OptionalInt mode() {
        var mode = Views.number(json, "mode");
        return mode.isPresent() ? OptionalInt.of((int) mode.getAsLong()) : OptionalInt.empty();
    }

    /// Whether the mode is that of everything in the directory.
    public boolean recurseMode() {
        return Views.flag(json, "recurseMode");
    }

    /// `tar`, `zip` or `none`; empty if it does not say.
    public Optional<String> archive() {
        return List.of("none", "tar", "zip").stream()
                .filter(kind -> json.find("archive", kind).filter(value -> !(value instanceof Value.Null)).isPresent())
                .findFirst();
    }

    /// How hard gzip tries, 0 to 9; empty if it does not say.
    public OptionalInt compressionLevel() {
        var level = Views.number(json.mapAt("archive", "tar"), "compressionLevel");
        return level.isPresent() ? OptionalInt.of((int) level.getAsLong()) : OptionalInt.empty();
    }

    /// The field of [#DRIVERS], or `local`, that it has; empty if it has none.
    public Optional<String> driver() {
        return driver(json);
    }

    /// As [#driver], of a location alone.
    public static Optional<String> driver(Value.Mapping location) {
        if (location.find("local").isPresent()) {
            return Optional.of("local");
        }
        return DRIVERS.stream()
                .filter(one -> location.find(one).filter(Value.Mapping.class::isInstance).isPresent())
                .findFirst();
    }

    /// Its key where it is kept; empty if it has none.
    public Optional<String> key() {
        return key(json);
    }

    /// As [#key], of a location alone.
    public static Optional<String> key(Value.Mapping location) {
        for (var pair : KEYS) {
            var key = location.textAt(pair.getFirst(), pair.getLast()).filter(text -> !text.isEmpty());
            if (key.isPresent()) {
                return key;
            }
        }
        return location.textAt("artifactory", "url")
                .map(url -> HOST.matcher(url).replaceFirst("").replaceFirst("^/+", ""))
                .filter(text -> !text.isEmpty());
    }

    /// The location with another key.
    public static Value.Mapping withKey(Value.Mapping location, String key) {
        for (var pair : KEYS) {
            var driver = pair.getFirst();
            if (location.find(driver).filter(Value.Mapping.class::isInstance).isPresent()) {
                return location.with(driver, location.mapAt(driver).with(pair.getLast(), Value.text(key)));
            }
        }
        if (location.find("artifactory").filter(Value.Mapping.class::isInstance).isPresent()) {
            var host = HOST.matcher(location.textAt("artifactory", "url").orElse(""));
            var url = (host.find() ? host.group() + "/" : "") + key;
            return location.with("artifactory", location.mapAt("artifactory").with("url", Value.text(url)));
        }
        return location;
    }

    /// When it is deleted, if it says so itself: `OnWorkflowCompletion`, `OnWorkflowDeletion`, `Never`.
    public Optional<String> deletion() {
        return json.textAt("artifactGC", "strategy").filter(text -> !text.isEmpty());
    }

    /// Whether it has been deleted.
    public boolean deleted() {
        return Views.flag(json, "deleted");
    }

    /// Whether it says everything that is needed to find it, by Argo's rules for each driver.
    public boolean located() {
        return driver().map(driver ->
                        switch (driver) {
                            case "s3" -> has("s3", "endpoint", "bucket", "key");
                            case "gcs" -> has("gcs", "bucket", "key");
                            case "oss" -> has("oss", "bucket", "endpoint", "key");
                            case "azure" -> has("azure", "endpoint", "container", "blob");
                            case "git" -> has("git", "repo");
                            case "http" -> has("http", "url");
                            case "artifactory" ->
                                    has("artifactory", "url") && json.find("artifactory", "usernameSecret").isPresent();
                            case "hdfs" -> !json.listAt("hdfs", "addresses").isEmpty();
                            default -> true;
                        })
                .orElse(false);
    }

    private boolean has(String driver, String... fields) {
        for (var field : fields) {
            if (json.textAt(driver, field).orElse("").isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private Optional<String> text(String field) {
        return json.textAt(field).filter(text -> !text.isEmpty());
    }
}
