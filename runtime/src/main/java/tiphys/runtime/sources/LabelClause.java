package tiphys.runtime.sources;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A condition on one label, as Kubernetes decides it.
///
/// @param operation `=`, `==`, `!=`, `in`, `notin`, `exists`, `!`, `gt`, `lt`
record LabelClause(String key, String operation, String value) {
    static final Set<String> OPERATIONS = Set.of("=", "==", "!=", "in", "notin", "exists", "!", "gt", "lt");

    boolean holds(Map<String, String> labels) {
        var found = Optional.ofNullable(labels.get(key));
        return switch (operation) {
            case "in" -> found.filter(values()::contains).isPresent();
            case "notin" -> found.filter(values()::contains).isEmpty();
            case "!=" -> found.filter(value::equals).isEmpty();
            case "exists" -> found.isPresent();
            case "!" -> found.isEmpty();
            case "gt" -> found.filter(one -> compared(one) > 0).isPresent();
            case "lt" -> found.filter(one -> compared(one) < 0).isPresent();
            default -> found.filter(value::equals).isPresent();
        };
    }

    private List<String> values() {
        return List.of(value.split(",", -1));
    }

    /// 0, too, if one of the two is no number, for then it is neither greater nor less.
    private int compared(String label) {
        try {
            return Long.compare(Long.parseLong(label), Long.parseLong(value));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
