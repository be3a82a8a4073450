package tiphys.server.webhook;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tiphys.events.Arrival;
import tiphys.events.Intake;

/// An intake that keeps what arrives and answers as a test says.
final class ManualIntake implements Intake {
    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private volatile Function<Arrival, CompletableFuture<String>> answer =
            arrival -> CompletableFuture.completedFuture("event");

    /// Answers in another way from now on.
    void answer(Function<Arrival, CompletableFuture<String>> answer) {
        this.answer = answer;
    }

    List<Arrival> arrivals() {
        return arrivals;
    }

    @Override
    public CompletableFuture<String> accept(Arrival arrival) {
        arrivals.add(arrival);
        return answer.apply(arrival);
    }
}
