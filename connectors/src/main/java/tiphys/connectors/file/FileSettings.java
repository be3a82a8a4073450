package tiphys.connectors.file;

import java.nio.file.Path;
import java.util.Optional;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Value;

/// Which changes of which files become events.
///
/// @param path the only file that counts; empty if a pattern says which
/// @param pattern a regular expression that is found in a file's name; empty if there is a path
/// @param polling whether the directory is looked at now and then; the events have the file's bare name then
record FileSettings(
        Path directory,
        Operation operation,
        String path,
        String pattern,
        boolean polling,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {

    static FileSettings read(Fields fields) {
        var where = fields.at("watchPathConfig");
        var directory = where.required("directory");
        if (!directory.isEmpty() && !directory.startsWith("/")) {
            where.invalid("directory", "must be an absolute path, not \"" + directory + "\"");
        }
        var path = where.text("path");
        var pattern = where.text("pathRegexp");
        if (path.isEmpty() == pattern.isEmpty()) {
            where.error(
                    Codes.MISSING, "path", where.path() + " needs one of path and pathRegexp, and not both of them");
        }
        try {
            GoRegex.find(pattern, "", Budget.standard());
        } catch (EvaluationFailed e) {
            where.invalid("pathRegexp", "is no regular expression: " + e.getMessage());
            pattern = "";
        }
        var metadata = fields.at("metadata").json();
        return new FileSettings(
                Path.of("/", directory).normalize(),
                operation(fields),
                path,
                pattern,
                fields.truth("polling"),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
    }

    private static Operation operation(Fields fields) {
        var text = fields.required("eventType");
        try {
            return text.isEmpty() ? Operation.CREATE : Operation.valueOf(text);
        } catch (IllegalArgumentException _) {
            fields.invalid("eventType", "must be CREATE, WRITE, REMOVE, RENAME or CHMOD, not \"" + text + "\"");
            return Operation.CREATE;
        }
    }

    /// Whether that, happening to the file of this name, becomes an event.
    boolean takes(Operation happened, String name) {
        if (happened != operation) {
            return false;
        }
        try {
            return path.isEmpty() ? GoRegex.find(pattern, name, Budget.standard()) : name.equals(path);
        } catch (EvaluationFailed _) {
            return false; // a name that is too long to be looked through
        }
    }
}
