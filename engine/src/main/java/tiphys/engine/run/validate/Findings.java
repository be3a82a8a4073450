package tiphys.engine.run.validate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Collects what is wrong. A template that is reached on several ways is told about once, with the first way before it.
final class Findings {
    private final List<Diagnostic> found;
    private final Set<String> told = new HashSet<>();

    Findings(List<Diagnostic> found) {
        this.found = found;
    }

    /// A place in the manifest.
    ///
    /// @param path the field, as the schema's findings name it
    record Spot(Position at, String path) {
        /// The place of a field, or of the object if the field is not there.
        static Spot of(Value.Mapping json, String field, String path) {
            return json.find(field)
                    .map(Value::at)
                    .filter(Position::known)
                    .map(at -> new Spot(at, path + "." + field))
                    .orElseGet(() -> new Spot(json.at(), path));
        }
    }

    /// An error.
    ///
    /// @param way the calls that lead to it, as Argo writes them before the sentence; empty, or ending in a blank
    void error(String code, String way, String sentence, Spot spot) {
        error(code, way, sentence, spot, "");
    }

    /// @param hint empty for none
    void error(String code, String way, String sentence, Spot spot, String hint) {
        var plain = Diagnostic.error(code, way + sentence, spot.at(), spot.path());
        add(hint.isEmpty() ? plain : plain.hint(hint), sentence);
    }

    void warning(String code, String sentence, Spot spot) {
        add(Diagnostic.warning(code, sentence, spot.at(), spot.path()), sentence);
    }

    private void add(Diagnostic diagnostic, String sentence) {
        if (told.add(diagnostic.code() + " " + diagnostic.at() + " " + sentence)) {
            found.add(diagnostic);
        }
    }
}
