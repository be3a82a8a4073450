package tiphys.connectors.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Line;
import tiphys.connectors.watch.RemoteDirectory.RemoteFile;
import tiphys.events.EventData;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;

/// What one source has seen of a directory. It is looked at now and then; a file that is new, another, or gone is told, and is recorded as
/// seen in the transaction of its event: each file that is there has a cursor of its own, and one that goes takes it along. So what happens
/// while nobody looks is told at the next look, also after a restart, and nothing is told twice. What is there at the very first look is
/// not told. Files that are made and go again between two looks are not seen.
public final class Watch {
    /// More files than these that match are not kept in mind.
    private static final int MOST = 100_000;

    private static final String FILE = "file/";
    private static final String BEGUN = "begun";
    private static final int TOGETHER = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Plan plan;
    private final Surroundings around;

    /// The files that are there, with their signatures.
    private final Map<String, Long> seen = new HashMap<>();

    private boolean begun;

    /// How it is looked, and what is told.
    ///
    /// @param told which of [Operation#CREATE], [Operation#WRITE] and [Operation#REMOVE]
    /// @param change what a file is that was there and is another: CREATE or WRITE
    /// @param every the time between two looks
    public record Plan(PathFilter filter, Set<Operation> told, Operation change, Duration every, Payloads payloads) {
        public Plan {
            told = Set.copyOf(told);
        }
    }

    /// Makes an event of what happened to a file.
    @FunctionalInterface
    public interface Payloads {
        /// @param name below the directory
        EventData of(Operation operation, String name);
    }

    /// Something that happened to a file.
    private record Happening(Operation operation, RemoteFile file) {}

    public Watch(Plan plan, Surroundings around) {
        this.plan = plan;
        this.around = around;
        this.begun = around.checkpoint().at(BEGUN).isPresent();
        if (begun) {
            seen.putAll(around.checkpoint().all(FILE));
        }
    }

    /// Looks at the directory over a connection, until that breaks or is closed. One line at a time.
    public Line over(RemoteDirectory directory) {
        return new Line() {
            @Override
            public void listen(Desk desk) throws IOException, InterruptedException {
                while (true) {
                    look(directory.list(), desk);
                    TimeUnit.MILLISECONDS.sleep(plan.every().toMillis());
                }
            }

            @Override
            public void close() {
                directory.close();
            }
        };
    }

    private void look(List<RemoteFile> listed, Desk desk) throws IOException, InterruptedException {
        var files = listed.stream().filter(file -> plan.filter().matches(file.name())).toList();
        if (files.size() > MOST) {
            throw new IOException(
                    plan.filter().directory()
                            + " has "
                            + files.size()
                            + " files that match, which is more than "
                            + MOST
                            + "; move those away that are done with, or match fewer");
        }
        if (!begun) {
            begin(files);
            return;
        }
        var silent = new ArrayList<Happening>();
        for (var happening : happenings(files)) {
            if (plan.told().contains(happening.operation())) {
                var payload = plan.payloads().of(happening.operation(), happening.file().name());
                desk.take(
                        new Desk.Message(payload, Optional.empty(), List.of(move(happening))),
                        Desk.Acknowledgement.NONE);
                keep(happening);
            } else {
                silent.add(happening);
            }
        }
        // what is on its way has its place first
        if (!silent.isEmpty() && desk.settle(PATIENCE)) {
            record(silent.stream().map(this::move).toList());
            silent.forEach(this::keep);
        }
    }

    private void begin(List<RemoteFile> files) throws IOException, InterruptedException {
        seen.clear();
        var there = files.stream().map(file -> new Happening(Operation.CREATE, file)).toList();
        record(there.stream().map(this::move).toList());
        record(List.of(around.checkpoint().to(BEGUN, 1)));
        there.forEach(this::keep);
        begun = true;
    }

    private List<Happening> happenings(List<RemoteFile> files) {
        var names = new HashSet<String>();
        files.forEach(file -> names.add(file.name()));
        var gone = seen.keySet().stream().filter(name -> !names.contains(name)).sorted();
        var happenings =
                new ArrayList<>(gone.map(name -> new Happening(Operation.REMOVE, new RemoteFile(name, 0, 0))).toList());
        files.stream()
                .sorted(Comparator.comparingLong(RemoteFile::modified).thenComparing(RemoteFile::name))
                .forEach(file -> {
                    var before = seen.get(file.name());
                    if (before == null) {
                        happenings.add(new Happening(Operation.CREATE, file));
                    } else if (before != file.signature()) {
                        happenings.add(new Happening(plan.change(), file));
                    }
                });
        return happenings;
    }

    private CursorMove move(Happening happening) {
        long place = happening.operation() == Operation.REMOVE ? 0 : happening.file().signature();
        return around.checkpoint().to(FILE + happening.file().name(), place);
    }

    private void keep(Happening happening) {
        if (happening.operation() == Operation.REMOVE) {
            seen.remove(happening.file().name());
        } else {
            seen.put(happening.file().name(), happening.file().signature());
        }
    }

    /// Records what becomes no event.
    private void record(List<CursorMove> moves) throws IOException, InterruptedException {
        try {
            for (int from = 0; from < moves.size(); from += TOGETHER) {
                var together = moves.subList(from, Math.min(from + TOGETHER, moves.size()));
                around.intake()
                        .passOver(together, around.clock().instant())
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            throw new IOException("what is seen cannot be recorded", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("what is seen cannot be recorded in time", e);
        }
    }
}
