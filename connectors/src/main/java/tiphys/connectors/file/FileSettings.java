package tiphys.connectors.file;

import java.nio.file.Path;
import java.util.Optional;
import tiphys.connectors.watch.Operation;
import tiphys.connectors.watch.PathFilter;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// Which changes of which files become events.
///
/// @param polling whether the directory is looked at now and then; the events have the file's bare name then
record FileSettings(PathFilter filter, Operation operation, boolean polling, Optional<Value.Mapping> metadata)
        implements SourceSettings {

    static FileSettings read(Fields fields) {
        var metadata = fields.at("metadata").json();
        return new FileSettings(
                PathFilter.read(fields.at("watchPathConfig")),
                operation(fields),
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

    Path directory() {
        return Path.of(filter.directory());
    }

    /// Whether that, happening to the file of this name, becomes an event.
    boolean takes(Operation happened, String name) {
        return happened == operation && filter.matches(name);
    }
}
