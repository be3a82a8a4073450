package tiphys.process.runner;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import tiphys.attempts.Probing;
import tiphys.engine.Readiness;
import tiphys.engine.Readiness.Question;
import tiphys.engine.StepReport;
import tiphys.process.wire.Launch;

/// Asks a daemon whether it answers, until it does or is over; on a thread of its own.
final class Questions implements Runnable {
    private final Attempt attempt;
    private final Step step;
    private final Launch.Daemon daemon;
    private final InstantSource clock;
    private final Runner.Listener listener;

    private Questions(Attempt attempt, Step step, Launch.Daemon daemon, InstantSource clock, Runner.Listener listener) {
        this.attempt = attempt;
        this.step = step;
        this.daemon = daemon;
        this.clock = clock;
        this.listener = listener;
    }

    /// @param step the process that is asked
    static void ask(Attempt attempt, Step step, Launch.Daemon daemon, InstantSource clock, Runner.Listener listener) {
        var questions = new Questions(attempt, step, daemon, clock, listener);
        if (daemon.readiness().isEmpty()) {
            questions.answers();
        } else {
            Thread.ofPlatform().name("asks-daemon").daemon().start(questions);
        }
    }

    @Override
    public void run() {
        try {
            if (Probing.untilReady(daemon.readiness().orElseThrow(), attempt::isRunning, this::good)) {
                answers();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void answers() {
        var report = new StepReport.Ready(attempt.launch().attempt(), clock.instant(), daemon.address());
        if (attempt.ready(report)) {
            listener.report(List.of(report));
        }
    }

    private boolean good(Readiness readiness) throws InterruptedException {
        var timeout = readiness.timeout().isZero() ? Duration.ofSeconds(1) : readiness.timeout();
        return switch (readiness.question()) {
            case Question.Exec(var command) -> step.beside(command, timeout).equals(OptionalInt.of(0));
            case Question.Http http -> Probing.answered(http, daemon.address(), timeout);
            case Question.Tcp(var host, var port) ->
                    Probing.connected(host.isEmpty() ? daemon.address() : host, port, timeout);
        };
    }
}
