package tiphys.container;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Output;
import tiphys.container.api.Container;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.container.files.ContainerFiles;
import tiphys.container.order.Body.Argv;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.ContainerEnd;

/// One container of an attempt, from its start to its end. It was made before.
final class Member {
    /// A container that runs longer than this has its log followed; of a shorter one it is read once.
    private static final Duration BRIEF = Duration.ofMillis(150);

    /// A log of more than this is not read anew at the end, if it ends by itself soon.
    private static final long SHORT_LOG_BYTES = 1 << 20;

    /// How often it is looked whether a container still runs, whatever its engine says or does not say.
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final Duration LOG_END = Duration.ofSeconds(20);
    private static final int KILLED = 137;

    final ResolvedTemplate.Container part;
    final StepOrder order;
    final String name;
    final CompletableFuture<ContainerEnd> end = new CompletableFuture<>();
    final CompletableFuture<Void> begun = new CompletableFuture<>();
    volatile boolean runs;
    volatile boolean everRan;
    private volatile boolean killed;
    @Nullable Thread thread;

    private final House house;
    private final AttemptFolder folder;
    private final Output output;
    private final Connection connection;
    private List<String> argv = List.of();
    private @Nullable LogCopy log;

    /// @param folder where its own files are
    Member(ResolvedTemplate.Container part, StepOrder order, House house, AttemptFolder folder, Connection connection) {
        this.part = part;
        this.order = order.of(part);
        this.house = house;
        this.folder = folder;
        this.connection = connection;
        name = Names.of(house.server(), order, part.name());
        output = new Output(folder, this.order.resultWanted(), house.settings().logLimitBytes());
    }

    boolean is(Kind kind) {
        return part.kind() == kind;
    }

    Output output() {
        return output;
    }

    ContainerFiles files(Map<String, String> variables, String directory) {
        return ContainerFiles.of(order, house.data(), variables, directory);
    }

    /// What it is called with, for messages.
    void calledWith(List<String> words) {
        argv = words;
    }

    void calledWith(Argv words) {
        argv = words.all();
    }

    /// What came of a start.
    sealed interface Begun {
        record Runs() implements Begun {}

        record Refused(String message) implements Begun {}
    }

    /// Starts it; one that was started before goes on, or has ended, and counts as one that runs.
    ///
    /// @param again whether one that has ended is to run again
    Begun begin(boolean again) throws InterruptedException, EngineFailed {
        try {
            log = new LogCopy(folder, output);
        } catch (IOException e) {
            return new Begun.Refused("its log cannot be written: " + e.getMessage());
        }
        while (true) {
            try {
                house.engine().start(name);
                break;
            } catch (EngineFailed e) {
                if (!e.isUnreachable()) {
                    return new Begun.Refused(StartWords.refused(e.said(), argv.isEmpty() ? "" : argv.getFirst()));
                }
                connection.lost(e);
                // nobody knows whether it was started
                if (connection
                        .<Optional<Container>>patiently(() -> house.engine().find(name))
                        .filter(one -> !one.isFresh() && !again)
                        .isPresent()) {
                    break;
                }
            }
        }
        runs = true;
        everRan = true;
        return new Begun.Runs();
    }

    /// Takes up one that was started by a server before this one.
    Begun resume(Container found) throws InterruptedException, EngineFailed {
        if (found.isFresh()) {
            return begin(false);
        }
        try {
            log = new LogCopy(folder, output);
        } catch (IOException e) {
            return new Begun.Refused("its log cannot be written: " + e.getMessage());
        }
        runs = true;
        everRan = true;
        return new Begun.Runs();
    }

    /// How a container was over.
    ///
    /// @param outOfMemory whether the kernel ended it for the memory it took
    /// @param noProgram why the step's program did not run; empty if it did
    /// @param gone whether it was removed by somebody else, or ended by the engine's own end
    record End(int code, boolean outOfMemory, String noProgram, boolean gone) {}

    /// Waits until it has ended; then its log is whole.
    End await() throws InterruptedException, EngineFailed {
        var copy = java.util.Objects.requireNonNull(log);
        var follower = Thread.ofVirtual().name("log " + name).start(() -> follow(copy));
        try {
            var ended = awaitEnd();
            finish(copy, follower);
            var noProgram = StartWords.ended(ended.code(), copy.head(), argv).orElse("");
            if (noProgram.endsWith(StartWords.DENIED) && house.engine().isDirectory(name, argv.getFirst())) {
                noProgram = StartWords.directory(argv.getFirst());
            }
            return new End(ended.code(), ended.outOfMemory(), noProgram, ended.gone());
        } finally {
            runs = false;
            follower.interrupt();
        }
    }

    private End awaitEnd() throws InterruptedException, EngineFailed {
        boolean away = false;
        while (true) {
            var code = OptionalInt.empty();
            try {
                code = house.engine().await(name, LOOK);
            } catch (EngineFailed e) {
                if (e.isUnreachable()) {
                    away = true;
                    connection.lost(e);
                }
                connection.pause();
            }
            if (code.isPresent() && code.getAsInt() != KILLED) {
                return new End(code.getAsInt(), false, "", false);
            }
            var found = connection.<Optional<Container>>patiently(() -> house.engine().find(name));
            if (found.isEmpty()) {
                return new End(KILLED, false, "", true);
            }
            if (found.get().isRunning() || found.get().isFresh()) {
                continue;
            }
            int ended = code.orElse(found.get().code());
            if (ended != KILLED || found.get().outOfMemory()) {
                return new End(ended, ended == KILLED, "", false);
            }
            if (!killed) { // nobody here did it: who removes a container kills it first
                Thread.sleep(BRIEF);
                found = connection.patiently(() -> house.engine().find(name));
            }
            return new End(ended, false, "", found.isEmpty() || away);
        }
    }

    private void follow(LogCopy copy) {
        try {
            Thread.sleep(BRIEF);
            while (true) {
                try {
                    copy.read(house.engine(), name, Engine.Follow.TO_THE_END);
                    return;
                } catch (IOException _) {
                    Thread.sleep(BRIEF); // at the end it is read once more
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it has ended
        }
    }

    private void finish(LogCopy copy, Thread follower) throws InterruptedException {
        if (copy.bytes() > SHORT_LOG_BYTES) {
            follower.join(LOG_END);
        }
        follower.interrupt();
        follower.join(LOG_END);
        try {
            copy.read(house.engine(), name, Engine.Follow.AS_IT_IS);
        } catch (IOException e) {
            try {
                output.say("what it printed last cannot be read: " + e.getMessage());
            } catch (IOException _) {
                // nor can that be written
            }
        }
        output.finish();
    }

    /// Ends it: SIGTERM, and after a while SIGKILL.
    void end(Duration grace) {
        signal("SIGTERM");
        var _ = house.timer().schedule(() -> signal("SIGKILL"), grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void signal(String signal) {
        if (runs) {
            killed |= signal.equals("SIGKILL");
            Thread.ofVirtual()
                    .name(signal + " " + name)
                    .start(() -> {
                        try {
                            house.engine().kill(name, signal);
                        } catch (EngineFailed e) {
                            System.err.println("the container " + name + " got no " + signal + ": " + e.said());
                        }
                    });
        }
    }
}
