package tiphys.kubernetes.steps;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.steps.PodAttempt.State;
import tiphys.manifest.Value;

/// Tells the engine how attempts go on, from their pods as they are seen: the start once, the end once, whatever is seen again.
final class PodReports {
    private final PodReading reading;
    private final InstantSource clock;
    private final Executor threads;
    private final Consumer<List<StepReport>> listener;

    /// @param threads where what a step left is read
    PodReports(PodReading reading, InstantSource clock, Executor threads, Consumer<List<StepReport>> listener) {
        this.reading = reading;
        this.clock = clock;
        this.threads = threads;
        this.listener = listener;
    }

    /// An attempt's pod as it is now.
    void seen(PodAttempt attempt, Value.Mapping pod) {
        if (attempt.state() == State.OVER) {
            return;
        }
        attempt.made(SeenPod.of(pod));
        if (PodEnd.over(pod)) {
            over(attempt, pod);
            return;
        }
        var deleted = pod.find("metadata", "deletionTimestamp").isPresent();
        if (deleted && (pod.textAt("spec", "nodeName").isEmpty() || PodEnd.started(pod).isEmpty())) {
            vanished(attempt);
            return;
        }
        var reports = started(attempt, pod);
        var order = attempt.order();
        if (order.template().daemon() && PodEnd.phase(pod).equals("Running") && PodEnd.ready(pod)) {
            var address = pod.textAt("status", "podIP").orElse("");
            reports.add(new StepReport.Ready(order.attempt(), clock.instant(), address));
        }
        tell(reports);
    }

    /// The start, if it is not told yet.
    private static List<StepReport> started(PodAttempt attempt, Value.Mapping pod) {
        var reports = new ArrayList<StepReport>();
        PodEnd.started(pod).ifPresent(at -> attempt.start(started(attempt, pod, at)).ifPresent(reports::add));
        return reports;
    }

    private static StepReport.Started started(PodAttempt attempt, Value.Mapping pod, Instant at) {
        var node = pod.textAt("spec", "nodeName").orElse("");
        var image = attempt.order().template().image();
        return new StepReport.Started(
                attempt.order().attempt(), at, "pod " + attempt.order().podName() + " on " + node + ": " + image);
    }

    private void over(PodAttempt attempt, Value.Mapping pod) {
        if (!attempt.beginReading()) {
            return;
        }
        if (reading.leaves(attempt)) {
            threads.execute(() -> ended(attempt, pod, reading.read(attempt, pod)));
        } else {
            ended(attempt, pod, PodReading.plain(attempt, pod));
        }
    }

    private void ended(PodAttempt attempt, Value.Mapping pod, Ending ending) {
        var reports = started(attempt, pod);
        var ended = new StepReport.Ended(attempt.order().attempt(), PodEnd.ended(pod, clock.instant()), ending);
        if (attempt.end(ended)) {
            reports.add(ended);
            tell(reports);
        }
    }

    /// An attempt ends without a pod that says how.
    void end(PodAttempt attempt, Ending ending) {
        var ended = new StepReport.Ended(attempt.order().attempt(), clock.instant(), ending);
        if (attempt.end(ended)) {
            tell(List.of(ended));
        }
    }

    /// Its pod is not there any more, or goes without having begun.
    void vanished(PodAttempt attempt) {
        end(attempt, PodReading.gone(attempt));
    }

    /// Tells again what is known.
    void repeat(PodAttempt attempt) {
        var reports = new ArrayList<StepReport>();
        attempt.started().ifPresent(reports::add);
        attempt.ended().ifPresent(reports::add);
        tell(reports);
    }

    /// An order of another cluster.
    void lost(StepOrder order, String host) {
        var why = "its pod is in another cluster (" + order.host() + "), this is " + host;
        tell(List.of(new StepReport.Ended(order.attempt(), clock.instant(), new Ending.Lost(why))));
    }

    /// An attempt that was cancelled before it was ordered.
    void neverMade(AttemptId attempt) {
        tell(List.of(new StepReport.Ended(attempt, clock.instant(), new Ending.Cancelled())));
    }

    private void tell(List<StepReport> reports) {
        if (!reports.isEmpty()) {
            listener.accept(reports);
        }
    }
}
