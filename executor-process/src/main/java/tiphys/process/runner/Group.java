package tiphys.process.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.Beneath;
import tiphys.attempts.Inputs;
import tiphys.attempts.Outcome;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.process.paths.Layout;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Launch;

/// The processes of one attempt, as the containers of a pod: the init containers one after another, then the mains and the
/// sidecars together. A main waits for those it depends on. When all mains have succeeded, or one of them failed, the rest is
/// ended: SIGTERM, the grace, SIGKILL. Each process has a thread that waits for it; the slot's thread waits for them all.
final class Group {
    /// As the program that starts a container's process in a pod ends where it cannot.
    private static final int NOT_STARTED = 64;

    private static final int TERMINATED = 128 + Spawner.SIGTERM;
    private static final long THREAD_STACK_BYTES = 256 << 10;

    private final Attempt attempt;
    private final Launch launch;
    private final Step.House house;
    private final BiConsumer<Duration, Runnable> later;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final CompletableFuture<Void> ending = new CompletableFuture<>();

    private static final class Member {
        final Launch.Part part;
        final Step step;
        final CompletableFuture<ContainerEnd> end = new CompletableFuture<>();
        final CompletableFuture<Void> begun = new CompletableFuture<>();
        volatile Spawner.@Nullable Child child;
        @Nullable Thread thread;

        Member(Launch.Part part, Step step) {
            this.part = part;
            this.step = step;
        }

        boolean is(Kind kind) {
            return part.kind() == kind;
        }
    }

    /// @param later runs something after a while
    Group(Attempt attempt, Step.House house, BiConsumer<Duration, Runnable> later) {
        this.attempt = attempt;
        this.launch = attempt.launch();
        this.house = house;
        this.later = later;
        for (var part : launch.group().parts()) {
            var folder = attempt.folder().container(part.name());
            var output = attempt.output(folder, part.launch().resultWanted());
            members.put(part.name(), new Member(part, new Step(attempt, part.launch(), folder, output, house)));
        }
    }

    Ending run() throws IOException, InterruptedException {
        if (launch.problem().isPresent()) {
            return new Ending.NotStarted(launch.problem().get());
        }
        Step.fill(attempt.folder(), launch);
        var inputs = attempt.folder().volumes().resolve(Layout.INPUTS);
        Inputs.place(attempt.folder(), launch.inputs(), inputs::resolve);
        for (var member : members.values()) {
            if (!member.part.name().equals("main")) {
                attempt.folder().container(member.part.name()).furnish();
            }
        }
        try {
            if (prepared()) {
                for (var member : members.values()) {
                    if (member.is(Kind.MAIN) || member.is(Kind.SIDECAR)) {
                        begin(member);
                    }
                }
                house.whenRunning().run();
                for (var member : members.values()) {
                    if (member.is(Kind.MAIN)) {
                        member.end.join();
                    }
                }
            }
        } finally {
            endRest();
        }
        for (var member : members.values()) {
            if (member.thread != null) {
                member.thread.join();
            }
        }
        return ended();
    }

    /// Runs the init containers; false if one failed, so that nothing else begins.
    private boolean prepared() throws InterruptedException {
        for (var member : members.values()) {
            if (attempt.wish().isPresent()) {
                return false;
            }
            if (member.is(Kind.INIT)) {
                run(member);
                if (member.end.join().code() != 0) {
                    return false;
                }
            } else if (member.is(Kind.EARLY_SIDECAR)) {
                begin(member);
                CompletableFuture.anyOf(member.begun, member.end).join();
            }
        }
        return attempt.wish().isEmpty();
    }

    private void begin(Member member) {
        member.thread =
                Thread.ofPlatform()
                        .name("container-" + member.part.name())
                        .daemon()
                        .stackSize(THREAD_STACK_BYTES)
                        .start(() -> {
                            try {
                                run(member);
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /// One container from its wait for others to its end.
    private void run(Member member) throws InterruptedException {
        ContainerEnd end;
        try {
            end = ranAfterOthers(member);
        } catch (IOException | UncheckedIOException e) {
            end = end(member, NOT_STARTED, "its directory cannot be used: " + e);
        } catch (RuntimeException e) {
            end = end(member, NOT_STARTED, "the runner failed: " + e);
        }
        house.listener().report(List.of(new StepReport.ContainerEnded(launch.attempt(), house.clock().instant(), end)));
        member.end.complete(end);
        if (member.is(Kind.MAIN) && end.code() != 0) {
            endRest();
        }
    }

    private ContainerEnd ranAfterOthers(Member member) throws IOException, InterruptedException {
        for (var name : member.part.dependencies()) {
            var before = members.get(name);
            if (before == null) {
                continue;
            }
            CompletableFuture.anyOf(before.end, ending).join();
            var end = before.end.getNow(null);
            if (end == null) {
                return end(member, TERMINATED, "");
            }
            if (end.code() != 0) {
                var why = "dependency \"%s\" exited with non-zero code: %d".formatted(name, end.code());
                return end(member, NOT_STARTED, why);
            }
        }
        int tries = member.is(Kind.MAIN) ? launch.group().tries() : 1;
        var last = ran(member);
        for (int one = 1; one < tries && last.code() != 0 && !endsWithin(launch.group().pause()); one++) {
            last = ran(member);
        }
        return last;
    }

    /// Waits for a while; true as soon as everything is being ended.
    private boolean endsWithin(Duration pause) throws InterruptedException {
        try {
            if (attempt.wish().isPresent()) {
                return true;
            }
            ending.get(pause.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return attempt.wish().isPresent();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private ContainerEnd ran(Member member) throws IOException, InterruptedException {
        if (attempt.wish().isPresent()) {
            return end(member, TERMINATED, "");
        }
        return switch (member.step.begin()) {
            case Step.Begun.Refused(var message) -> end(member, NOT_STARTED, refusal(message));
            case Step.Begun.Runs(var child) -> {
                member.child = child;
                started(member);
                if (ending.isDone() && !ownEnd(member)) {
                    end(child);
                }
                member.begun.complete(null);
                yield end(member, Step.code(member.step.end(child)), "");
            }
        };
    }

    /// Whether the process of a member is not ended with the rest.
    private static boolean ownEnd(Member member) {
        return member.is(Kind.INIT);
    }

    private static String refusal(String message) {
        return message.startsWith("exec: ") ? "failed to find name in PATH: " + message : message;
    }

    private void started(Member member) {
        var at = house.clock().instant();
        var reports = new ArrayList<StepReport>();
        var first = false;
        if (member.is(Kind.MAIN)) {
            var report = new StepReport.Started(launch.attempt(), at, launch.program());
            first = attempt.started(report);
            if (first) {
                reports.add(report);
            }
        }
        reports.add(new StepReport.ContainerStarted(launch.attempt(), at, member.part.name()));
        house.listener().report(reports);
        if (first) {
            launch.daemon()
                    .ifPresent(daemon -> Questions.ask(attempt, member.step, daemon, house.clock(), house.listener()));
        }
    }

    /// Ends all that still runs.
    private void endRest() {
        ending.complete(null);
        for (var member : members.values()) {
            var child = member.child;
            if (child != null && !member.end.isDone()) {
                end(child);
            }
        }
    }

    private void end(Spawner.Child child) {
        attempt.signal(child, Spawner.SIGTERM);
        later.accept(launch.grace(), () -> attempt.signal(child, Spawner.SIGKILL));
    }

    private static ContainerEnd end(Member member, int code, String message) {
        return new ContainerEnd(member.part.name(), code, message);
    }

    private Ending ended() throws IOException {
        var main = members.get("main");
        var code = OptionalInt.empty();
        if (main != null && main.end.isDone()) {
            code = OptionalInt.of(main.end.join().code());
        }
        if (attempt.wish().isPresent()) {
            return Outcome.of(attempt.wish().get(), code);
        }
        var ends =
                members.values().stream()
                        .filter(member -> member.end.isDone())
                        .map(member -> member.end.join())
                        .collect(Collectors.toList());
        if (main == null || main.child == null) {
            return new Ending.GroupExited(ends, java.util.Optional.empty(), Map.of());
        }
        try {
            return new Ending.GroupExited(ends, main.step.result(), main.step.parameters());
        } catch (Beneath.Refused e) {
            return new Ending.OutputsRefused(code.orElse(NOT_STARTED), String.valueOf(e.getMessage()));
        }
    }
}
