package tiphys.kubernetes.steps;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.beside.Claims;
import tiphys.kubernetes.beside.DisruptionBudgets;
import tiphys.kubernetes.beside.NotMade;
import tiphys.kubernetes.client.Patience;
import tiphys.kubernetes.pod.NoPod;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;
import tiphys.kubernetes.steps.PodAttempt.State;
import tiphys.manifest.Value;

/// Makes the pods of attempts, and before the first of a Workflow what has to be there for it. So many at once, the others wait in order.
final class PodMaking {
    private static final int AT_ONCE = 32;

    private final PodCalls calls;
    private final DisruptionBudgets budgets;
    private final Claims claims;
    private final Refusals refusals;
    private final PodSettings settings;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    PodMaking(
            PodCalls calls,
            DisruptionBudgets budgets,
            Claims claims,
            Refusals refusals,
            PodSettings settings,
            InstantSource clock) {
        this.calls = calls;
        this.budgets = budgets;
        this.claims = claims;
        this.refusals = refusals;
        this.settings = settings;
        this.clock = clock;
    }

    /// What came of it.
    sealed interface Outcome {
        /// The attempt's pod, made now or before.
        record Made(Value.Mapping pod) implements Outcome {}

        /// There is none, and will be none.
        record None(Ending ending) implements Outcome {}

        /// It was made already; whoever saw it has told.
        record Known() implements Outcome {}
    }

    /// Makes the pod of an attempt, unless it is there. Blocks.
    Outcome make(PodAttempt attempt) {
        places.acquireUninterruptibly();
        try {
            if (attempt.state() != State.ORDERED) {
                return new Outcome.Known();
            }
            var why = refusals.of(attempt.order());
            if (attempt.cancelled()) {
                return new Outcome.None(new Ending.Cancelled());
            }
            return why.isEmpty() ? create(attempt) : none(String.join("; ", why));
        } catch (NoPod | NotMade e) {
            return none(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return none("the pod could not be made: " + e.getMessage());
        } finally {
            places.release();
        }
    }

    private static Outcome none(String why) {
        return new Outcome.None(new Ending.NotStarted(why));
    }

    private Outcome create(PodAttempt attempt) throws IOException, NotMade {
        var order = attempt.order();
        budgets.make(order);
        claims.make(order);
        var made = Pods.of(order, settings, clock.instant());
        var answer = Patience.ask(() -> calls.create(made, order.namespace()));
        if (answer.reason().equals("AlreadyExists")) {
            answer = Patience.ask(() -> calls.find(order.namespace(), order.podName()));
            if (answer.done() && !attemptOf(answer.body()).equals(Optional.of(order.attempt()))) {
                return none(
                        "pods \"%s\" already exists, and is not of this attempt: delete it, or give the run another name"
                                .formatted(order.podName()));
            }
        }
        return answer.done() ? new Outcome.Made(answer.body()) : none(answer.message());
    }

    /// Whose pod it is.
    static Optional<AttemptId> attemptOf(Value.Mapping pod) {
        return pod.textAt("metadata", "annotations", PodCalls.ATTEMPT).map(AttemptId::new);
    }
}
