package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.Intake;
import tiphys.events.source.Assignment;
import tiphys.events.source.Redaction;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// The sources at work. Safe for every thread.
public final class RunningSources implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RunningSources.class.getName());

    private final SurroundingsOf surroundings;
    private final Map<SourceName, Running> running = new LinkedHashMap<>();
    private boolean closed;

    /// Gives each source what it works with.
    @FunctionalInterface
    public interface SurroundingsOf {
        Surroundings of(Assignment assignment);
    }

    /// A source that is wanted.
    record Wanted(SourceKind kind, Assignment assignment, Redaction redaction) {}

    private record Running(Wanted wanted, Source source, Intake intake) {}

    public RunningSources(SurroundingsOf surroundings) {
        this.surroundings = surroundings;
    }

    /// Lets exactly these run from now on: those that are not wanted end first, those that are asked for something else or have
    /// stopped start anew, the rest goes on.
    synchronized void serve(List<Wanted> wanted) {
        if (closed) {
            return;
        }
        var names = new LinkedHashMap<SourceName, Wanted>();
        wanted.forEach(one -> names.put(one.assignment().name(), one));
        for (var one : List.copyOf(running.values())) {
            var now = names.get(one.wanted().assignment().name());
            if (now == null || !now.kind().equals(one.wanted().kind())) {
                running.remove(one.wanted().assignment().name());
                close(one, one.source()::end);
            }
        }
        Runnable starts = () -> names.values().forEach(this::run);
        for (var kind : names.values().stream().map(Wanted::kind).collect(Collectors.toSet())) {
            var inner = starts;
            starts = () -> kind.together(inner);
        }
        starts.run();
    }

    private void run(Wanted wanted) {
        var name = wanted.assignment().name();
        var before = running.get(name);
        if (before != null
                && before.wanted().equals(wanted)
                && !(before.source().state() instanceof SourceState.Stopped)) {
            return;
        }
        var around = around(wanted);
        Source source;
        try {
            source =
                    before == null || before.source() instanceof Broken
                            ? wanted.kind().start(wanted.assignment(), around)
                            : wanted.kind().restart(before.source(), wanted.assignment(), around);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.ERROR, "the source " + name + " could not be started", e);
            source =
                    new Broken(
                            new SourceState.Stopped(
                                    around.clock().instant(),
                                    "it could not be started: " + e + "; see the server's log"));
        }
        running.put(name, new Running(wanted, source, around.intake()));
    }

    private static void close(Running one, Runnable closing) {
        try {
            closing.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the source " + one.wanted().assignment().name() + " did not end in order", e);
        }
    }

    /// The source of that name, if it runs.
    public synchronized Optional<Source> find(SourceName name) {
        return Optional.ofNullable(running.get(name)).map(Running::source);
    }

    /// How many are in each state: `running`, `waiting`, `stopped`.
    public synchronized Map<String, Long> states() {
        return running.values().stream()
                .collect(
                        Collectors.groupingBy(
                                one ->
                                        switch (one.source().state()) {
                                            case SourceState.Running _ -> "running";
                                            case SourceState.BackingOff _ -> "waiting";
                                            case SourceState.Stopped _ -> "stopped";
                                        },
                                Collectors.counting()));
    }

    /// What the filter of that source did not let through, if it has one.
    public synchronized Optional<Source.Refusals> passedOver(SourceName name) {
        return Optional.ofNullable(running.get(name))
                .flatMap(one ->
                        one.intake() instanceof FilteredIntake filtered ? filtered.passedOver() : Optional.empty());
    }

    /// What a source works with; its filter is applied on the way in, and then what is not to be recorded is replaced.
    private Surroundings around(Wanted wanted) {
        var around = surroundings.of(wanted.assignment());
        var redacted =
                wanted.redaction().paths().isEmpty()
                        ? around
                        : with(new RedactedIntake(around.intake(), wanted.redaction()), around);
        return wanted.assignment()
                .filter()
                .map(filter -> with(new FilteredIntake(redacted.intake(), filter, around.threads()), around))
                .orElse(redacted);
    }

    private static Surroundings with(Intake intake, Surroundings around) {
        return new Surroundings(
                intake, around.checkpoint(), around.clock(), around.timer(), around.threads(), around.changed());
    }

    /// Ends all of them.
    @Override
    public synchronized void close() {
        closed = true;
        running.values().forEach(one -> close(one, one.source()::close));
        running.clear();
    }

    /// What a source is that threw when it started.
    private record Broken(SourceState state) implements Source {
        @Override
        public void close() {}
    }
}
