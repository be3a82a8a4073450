package tiphys.runtime.runs;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.engine.Logs;
import tiphys.engine.NodeArtifact;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.engine.Transfer;
import tiphys.engine.Transfer.Direction;
import tiphys.engine.Transfer.Moved;
import tiphys.engine.Transfer.Result;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.workflow.Artifact;

/// Moves the artifacts of attempts: into a step before its order is given, out of it after its end is recorded. May be done again as
/// often as is needed, for everything has the same place each time. What could be better a moment later is tried again, some
/// times, and as long as the step may run. Blocks; safe for every thread. Only so many artifacts move at once.
public final class Transfers implements ArtifactMoves {
    /// Where Argo's agent looks for what a step made.
    private static final Path NOWHERE = Path.of("/var/run/argo/outputs/artifacts");

    private static final Logger LOG = System.getLogger(Transfers.class.getName());
    private static final int AT_ONCE = 16;
    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final double FACTOR = 1.6;

    /// How long one attempt's artifacts may take if the step itself has no deadline.
    private static final Duration LIMIT = Duration.ofHours(6);

    private final Artifacts artifacts;
    private final StepFiles files;
    private final Logs logs;
    private final InstantSource clock;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    public Transfers(Artifacts artifacts, StepFiles files, Logs logs, InstantSource clock) {
        this.artifacts = artifacts;
        this.files = files;
        this.logs = logs;
        this.clock = clock;
    }

    @Override
    public Transfer load(StepOrder order) {
        var moved = new ArrayList<Moved>();
        var until = order.deadline().orElseGet(() -> clock.instant().plus(LIMIT));
        try {
            var staging = files.staging(order.attempt());
            var inputs = order.template().inputArtifacts();
            for (int i = 0; i < inputs.size(); i++) {
                var input = inputs.get(i);
                var to = staging.resolve(Integer.toString(i));
                try {
                    moved.add(new Moved(input.name(), again(until, () -> artifacts.load(kept(order, input), to))));
                } catch (Late _) {
                    return new Transfer(order.attempt(), Direction.IN, Result.DEADLINE, moved, List.of());
                } catch (IOException e) {
                    if (!input.optional() || !missing(e)) {
                        return failed(
                                order,
                                Direction.IN,
                                moved,
                                List.of("artifact " + input.name() + " failed to load: " + e.getMessage()));
                    }
                }
            }
            return new Transfer(order.attempt(), Direction.IN, Result.DONE, moved, List.of());
        } catch (IOException e) {
            return failed(order, Direction.IN, moved, List.of("TIP-6050: artifacts cannot be put anywhere: " + e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(order, Direction.IN, moved, List.of("the server is ending"));
        }
    }

    /// Each is tried, whatever became of the others.
    @Override
    public Transfer save(StepOrder order) {
        var moved = new ArrayList<Moved>();
        var problems = new ArrayList<String>();
        var until = clock.instant().plus(LIMIT);
        for (var output : order.template().outputArtifacts()) {
            try {
                moved.add(new Moved(output.name(), save(order, output, until)));
            } catch (NoSuchFileException _) {
                if (!output.optional()) {
                    problems.add(
                            "open "
                                    + NOWHERE.resolve("." + output.path().map("/"::concat).orElse("")).normalize()
                                    + ".tgz: no such file or directory");
                }
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "artifact {0} of attempt {1} cannot be saved: {2}",
                        output.name(),
                        order.attempt(),
                        e);
                problems.add(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problems.add("the server is ending");
            }
        }
        return problems.isEmpty()
                ? new Transfer(order.attempt(), Direction.OUT, Result.DONE, moved, List.of())
                : failed(order, Direction.OUT, moved, problems);
    }

    /// Deletes artifacts; what is gone already counts as deleted.
    ///
    /// @return what became of it, for the run's record
    RunCommand.Deleted delete(List<NodeArtifact> all) {
        var names = new TreeMap<Integer, List<String>>();
        var problems = new ArrayList<String>();
        var until = clock.instant().plus(LIMIT);
        for (var one : all) {
            try {
                again(
                        until,
                        () -> {
                            artifacts.delete(one.kept());
                            return 0;
                        });
                names.computeIfAbsent(one.index(), _ -> new ArrayList<>()).add(one.name());
            } catch (IOException e) {
                problems.add("artifact " + one.name() + " of " + one.nodeName() + ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problems.add("the server is ending");
            }
        }
        return new RunCommand.Deleted(names, problems);
    }

    private long save(StepOrder order, Artifact output, Instant until) throws IOException, InterruptedException {
        if (output.path().isEmpty()) {
            return saveLog(order, output, until);
        }
        var from = files.output(order, output.path().get());
        return again(until, () -> artifacts.save(from, kept(order, output)));
    }

    /// What the step printed, as a file of its own.
    private long saveLog(StepOrder order, Artifact output, Instant until) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("tiphys-log-");
        var file = folder.resolve("main.log");
        try {
            try (var in = logs.open(order.attempt())) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (NoSuchFileException _) {
                Files.createFile(file);
            }
            return again(until, () -> artifacts.save(file, kept(order, output)));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static Kept kept(StepOrder order, Artifact artifact) {
        return new Kept(order.namespace(), artifact, order.template().located(artifact));
    }

    private static Transfer failed(StepOrder order, Direction direction, List<Moved> moved, List<String> problems) {
        return new Transfer(order.attempt(), direction, Result.FAILED, moved, problems);
    }

    private static boolean missing(IOException e) {
        return e instanceof NoSuchFileException
                || (e instanceof Trouble trouble && trouble.kind() == Trouble.Kind.MISSING);
    }

    @FunctionalInterface
    private interface Move {
        long move() throws IOException;
    }

    /// There is no time left.
    private static final class Late extends IOException {
        private static final long serialVersionUID = 1;
    }

    private long again(Instant until, Move move) throws IOException, InterruptedException {
        var pause = FIRST_PAUSE;
        for (int tries = 1; true; tries++) {
            if (!clock.instant().isBefore(until)) {
                throw new Late();
            }
            turns.acquire();
            try {
                return move.move();
            } catch (Trouble e) {
                if (e.kind() != Trouble.Kind.UNAVAILABLE || tries == TRIES) {
                    throw e;
                }
                LOG.log(Level.INFO, "an artifact is tried again in {0}: {1}", pause, e.getMessage());
            } finally {
                turns.release();
            }
            Thread.sleep(pause);
            pause = Duration.ofMillis((long) (pause.toMillis() * FACTOR));
        }
    }
}
