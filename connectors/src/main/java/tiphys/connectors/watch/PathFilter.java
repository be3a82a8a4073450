package tiphys.connectors.watch;

import java.nio.file.Path;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;

/// Which files of a directory count: Argo's WatchPathConfig.
///
/// @param directory absolute, without a slash at its end
/// @param path the only file that counts; empty if a pattern says which
/// @param pattern a regular expression that is found in a file's name; empty if there is a path
public record PathFilter(String directory, String path, String pattern) {
    /// Reads the fields of a WatchPathConfig.
    public static PathFilter read(Fields where) {
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
        return new PathFilter(Path.of("/", directory).normalize().toString(), path, pattern);
    }

    /// Whether the file of this name counts.
    ///
    /// @param name below the directory
    public boolean matches(String name) {
        try {
            return path.isEmpty() ? GoRegex.find(pattern, name, Budget.standard()) : name.equals(path);
        } catch (EvaluationFailed _) {
            return false; // a name that is too long to be looked through
        }
    }

    /// A file's whole path.
    public String whole(String name) {
        return directory.equals("/") ? "/" + name : directory + "/" + name;
    }

    /// For people.
    public String shown() {
        return directory + (path.isEmpty() ? "/ matching " + pattern : "/" + path);
    }
}
