package tiphys.connectors.line;

import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// A type of event source whose messages come over a [Line].
///
/// @param <S> what it reads of a manifest
public abstract class LineKind<S extends SourceSettings> implements SourceKind {
    private final Class<S> settings;

    protected LineKind(Class<S> settings) {
        this.settings = settings;
    }

    /// How a source works.
    protected abstract LineSource.Plan plan(S settings, Assignment assignment, Surroundings around);

    /// Where the messages come from, as [#address].
    protected abstract String addressOf(S settings);

    @Override
    public final String address(SourceSettings settings) {
        return addressOf(this.settings.cast(settings));
    }

    @Override
    public final Source start(Assignment assignment, Surroundings around) {
        return new LineSource(assignment, around, plan(settings.cast(assignment.settings()), assignment, around))
                .start();
    }
}
