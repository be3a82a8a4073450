package tiphys.runtime.sources;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import tiphys.events.derive.Derivation;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.journal.Journal;
import tiphys.manifest.Value;

/// Events that are made of recorded ones, as annotations of an EventSource say. It reads the journal behind its checkpoint, so
/// that a restart neither forgets what is being gathered nor makes an event twice.
public final class DerivedKind implements SourceKind {
    private final Supplier<Journal> journal;
    private final List<DerivedSource> running = new CopyOnWriteArrayList<>();
    private final AtomicBoolean listens = new AtomicBoolean();

    /// @param journal asked for when the first source starts
    public DerivedKind(Supplier<Journal> journal) {
        this.journal = journal;
    }

    @Override
    public String key() {
        return Derivation.ANNOTATION;
    }

    @Override
    public String type() {
        return Derivation.TYPE;
    }

    @Override
    public String claims() {
        return "";
    }

    @Override
    public boolean filtersByExpression() {
        return false;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return Derivation.read(event.fields());
    }

    @Override
    public String address(SourceSettings settings) {
        return ((Derivation) settings).told();
    }

    @Override
    public Value sample(SourceSettings settings, Value body) {
        return Value.object("body", body);
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        if (listens.compareAndSet(false, true)) {
            journal.get().onCommit(_ -> running.forEach(DerivedSource::news));
        }
        var source = new DerivedSource(journal.get(), assignment, around, running::remove);
        running.add(source);
        source.start();
        return source;
    }
}
