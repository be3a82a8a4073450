package tiphys.container;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Beneath;
import tiphys.attempts.LeftFiles;
import tiphys.attempts.Outcome;
import tiphys.container.api.Container;
import tiphys.container.api.EngineFailed;
import tiphys.container.files.Marker;
import tiphys.container.files.Outputs;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.language.gotext.GoDuration;

/// The containers of one attempt, as those of a pod: the init containers one after another, then the mains and the sidecars
/// together. A main waits for those it depends on. When all mains have succeeded, or one of them failed, the rest is ended: SIGTERM,
/// the grace, SIGKILL. An attempt that is one container is the same with one main.
final class Pod {
    /// As the program that starts a container's process in a pod ends where it cannot.
    private static final int NOT_STARTED = 64;

    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private final Attempt attempt;
    private final StepOrder order;
    private final House house;
    private final Connection connection;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final CompletableFuture<Void> ending = new CompletableFuture<>();
    private final int tries;
    private final Duration pause;
    private volatile boolean gone;
    private volatile boolean outOfMemory;
    private volatile @Nullable EngineFailed away;

    Pod(Attempt attempt, StepOrder order, House house, AttemptFolder folder, Connection connection) {
        this.attempt = attempt;
        this.order = order;
        this.house = house;
        this.connection = connection;
        for (var part : order.template().containers()) {
            var own = folder.container(part.name());
            members.put(part.name(), new Member(part, order, house, own, connection));
        }
        tries = order.template().containerTries();
        pause = GoDuration.parse(order.template().containerPause()).orElse(Duration.ZERO);
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    /// Runs them all to their end.
    ///
    /// @param found what a server before this one made, as it is now; empty for what was just made
    Ending run(Map<String, Container> found) throws IOException, InterruptedException {
        try {
            runAll(found);
        } catch (EngineFailed | RuntimeException e) {
            endRest(); // but not if whoever waits is only let go of: then they go on
            throw e;
        }
        endRest();
        for (var member : members.values()) {
            if (member.thread != null) {
                member.thread.join();
            }
        }
        var failed = away;
        if (failed != null) {
            throw failed;
        }
        return ended();
    }

    private void runAll(Map<String, Container> found) throws EngineFailed, InterruptedException {
        hold();
        if (!prepared(found)) {
            return;
        }
        for (var member : members.values()) {
            if (member.is(Kind.MAIN) || member.is(Kind.SIDECAR)) {
                begin(member, found);
            }
        }
        for (var member : members.values()) {
            if (member.is(Kind.MAIN)) {
                await(member.end);
            }
        }
    }

    /// Sees to it that the container runs which holds the network of all.
    private void hold() throws EngineFailed, InterruptedException {
        if (!order.template().grouped()) {
            return;
        }
        var name = Names.of(house.server(), order, Names.PAUSE);
        var holder = connection.<Optional<Container>>patiently(() -> house.engine().find(name));
        if (holder.filter(Container::isFresh).isPresent()) {
            connection.patiently(() -> {
                house.engine().start(name);
                return name;
            });
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Runs the init containers; false if one failed, so that nothing else begins.
    private boolean prepared(Map<String, Container> found) throws InterruptedException {
        for (var member : members.values()) {
            if (attempt.wished().isPresent() && found.isEmpty()) {
                return false;
            }
            if (member.is(Kind.INIT)) {
                run(member, found);
                if (await(member.end).code() != 0) {
                    return false;
                }
            } else if (member.is(Kind.EARLY_SIDECAR)) {
                begin(member, found);
                await(CompletableFuture.anyOf(member.begun, member.end));
            }
        }
        return attempt.wished().isEmpty() || !found.isEmpty();
    }

    private void begin(Member member, Map<String, Container> found) {
        member.thread =
                Thread.ofVirtual()
                        .name("container " + member.name)
                        .start(() -> {
                            try {
                                run(member, found);
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /// One container from its wait for others to its end.
    private void run(Member member, Map<String, Container> found) throws InterruptedException {
        ContainerEnd end;
        try {
            end = ranAfterOthers(member, found);
        } catch (EngineFailed e) {
            away = e;
            end = end(member, KILLED, "");
        } catch (RuntimeException e) {
            end = end(member, NOT_STARTED, "a fault of this program: " + e);
        }
        if (order.template().grouped()) {
            house.tell(new StepReport.ContainerEnded(order.attempt(), house.clock().instant(), end));
        }
        member.end.complete(end);
        if (member.is(Kind.MAIN) && end.code() != 0) {
            endRest();
        }
    }

    private ContainerEnd ranAfterOthers(Member member, Map<String, Container> found)
            throws EngineFailed, InterruptedException {
        var before = Optional.ofNullable(found.get(member.part.name())).filter(one -> !one.isFresh());
        for (var name : before.isPresent() ? List.<String>of() : member.part.dependencies()) {
            var needed = members.get(name);
            if (needed == null) {
                continue;
            }
            await(CompletableFuture.anyOf(needed.end, ending));
            var end = needed.end.getNow(null);
            if (end == null) {
                return end(member, TERMINATED, "");
            }
            if (end.code() != 0) {
                var why = "dependency \"%s\" exited with non-zero code: %d".formatted(name, end.code());
                return end(member, NOT_STARTED, why);
            }
        }
        int most = member.is(Kind.MAIN) ? tries : 1;
        var last = ran(member, before, false);
        for (int one = 1; one < most && last.code() != 0 && !endsWithin(pause); one++) {
            last = ran(member, Optional.empty(), true);
        }
        return last;
    }

    /// Waits for a while; true as soon as everything is being ended.
    private boolean endsWithin(Duration while_) throws InterruptedException {
        if (attempt.wished().isPresent()) {
            return true;
        }
        try {
            ending.get(while_.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return attempt.wished().isPresent();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private ContainerEnd ran(Member member, Optional<Container> before, boolean again)
            throws EngineFailed, InterruptedException {
        if (before.isEmpty() && attempt.wished().isPresent()) {
            return end(member, TERMINATED, "");
        }
        var begun = before.isPresent() ? member.resume(before.get()) : member.begin(again);
        return switch (begun) {
            case Member.Begun.Refused(var message) -> end(member, NOT_STARTED, refusal(message));
            case Member.Begun.Runs() -> {
                started(member);
                if ((ending.isDone() && !member.is(Kind.INIT)) || attempt.wished().isPresent()) {
                    member.end(order.grace());
                }
                member.begun.complete(null);
                var end = member.await();
                gone |= end.gone();
                if (member.part.name().equals("main")) {
                    outOfMemory = end.outOfMemory();
                }
                yield end.noProgram().isEmpty()
                        ? end(member, end.code(), end.outOfMemory() ? "OOMKilled" : "")
                        : end(member, NOT_STARTED, refusal(end.noProgram()));
            }
        };
    }

    private static String refusal(String message) {
        return message.startsWith("exec: ") ? "failed to find name in PATH: " + message : message;
    }

    private void started(Member member) {
        var reports = new ArrayList<StepReport>();
        boolean first = false;
        if (member.is(Kind.MAIN)) {
            var report = attempt.nowStarted();
            report.ifPresent(reports::add);
            first = report.isPresent();
        }
        if (order.template().grouped()) {
            reports.add(new StepReport.ContainerStarted(order.attempt(), house.clock().instant(), member.part.name()));
        }
        if (!reports.isEmpty()) {
            house.listener().accept(reports);
        }
        if (first && order.template().daemon()) {
            var network = order.template().grouped() ? Names.of(house.server(), order, Names.PAUSE) : member.name;
            Questions.ask(house, attempt, member, network, connection);
        }
    }

    /// Ends all that still runs.
    private void endRest() {
        ending.complete(null);
        for (var member : members.values()) {
            if (member.runs && !member.end.isDone()) {
                member.end(order.grace());
            }
        }
    }

    /// Somebody wants the attempt to end; what is not taken up yet ends as soon as it is.
    void endAll() {
        endRest();
    }

    /// Lets go of its containers, which go on.
    void leave() {
        for (var member : members.values()) {
            if (member.thread != null) {
                member.thread.interrupt();
            }
        }
    }

    private static ContainerEnd end(Member member, int code, String message) {
        return new ContainerEnd(member.part.name(), code, message);
    }

    private Ending ended() throws IOException {
        var main = members.get("main");
        var code = OptionalInt.empty();
        if (main != null && main.end.isDone() && main.everRan) {
            code = OptionalInt.of(main.end.join().code());
        }
        var wished = attempt.wished();
        if (wished.isPresent()) {
            return Outcome.of(wished.get(), code);
        }
        if (gone) {
            return new Ending.Lost("its container was ended or removed by somebody else, or the container engine was");
        }
        if (!order.template().grouped()) {
            return alone(java.util.Objects.requireNonNull(main), main.end.join());
        }
        var ends = members.values().stream().filter(one -> one.end.isDone()).map(one -> one.end.join()).toList();
        if (main == null || !main.everRan) {
            return new Ending.GroupExited(ends, Optional.empty(), Map.of());
        }
        try {
            return new Ending.GroupExited(ends, result(main), parameters(main));
        } catch (Beneath.Refused e) {
            return new Ending.OutputsRefused(code.orElse(NOT_STARTED), String.valueOf(e.getMessage()));
        }
    }

    private Ending alone(Member main, ContainerEnd end) throws IOException {
        if (!end.message().isEmpty() && !outOfMemory) {
            return new Ending.NotStarted(end.message().replaceFirst("^failed to find name in PATH: ", ""));
        }
        try {
            var parameters = parameters(main);
            return outOfMemory
                    ? new Ending.OutOfMemory(end.code())
                    : new Ending.Exited(end.code(), result(main), parameters);
        } catch (Beneath.Refused e) {
            return new Ending.OutputsRefused(end.code(), String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> result(Member main) throws IOException {
        return main.order.resultWanted() ? Optional.of(main.output().result()) : Optional.empty();
    }

    /// Takes the outputs out of the container, and reads those that are parameters.
    private Map<String, String> parameters(Member main) throws IOException {
        var template = main.order.template();
        if (template.outputs().isEmpty() && template.outputArtifacts().isEmpty()) {
            return Map.of();
        }
        var directory = Marker.of(house.data(), order.attempt()).directory();
        var files = main.files(LeftFiles.variables(main.order), directory);
        var outputs = new Outputs(house.engine(), main.name, files);
        outputs.take(template);
        return outputs.parameters(template, main.output());
    }
}
