package tiphys.connectors.file;

import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `file`: changes of the files in one directory of this machine, not of those below. What happens while nobody watches is not
/// told.
public final class FileKind implements SourceKind {
    @Override
    public String key() {
        return "file";
    }

    @Override
    public String claims() {
        return """
        events.FileEventSource honoured eventType watchPathConfig polling metadata filter
        events.WatchPathConfig honoured directory path pathRegexp
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return FileSettings.read(event.fields());
    }

    @Override
    public String address(SourceSettings settings) {
        var file = (FileSettings) settings;
        return file.filter().shown();
    }

    /// `metadata` is there also if it is empty, as in Argo.
    static Value payload(FileSettings settings, Listing.Happening happening) {
        var name = settings.polling() ? happening.name() : settings.directory().resolve(happening.name()).toString();
        return Value.object("name", name, "op", happening.operation().number())
                .with("metadata", settings.metadata().<Value>map(found -> found).orElseGet(Value::nothing));
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        return new FileSource(assignment, around).start();
    }
}
