package tiphys.runtime.events;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tiphys.events.Arrival;
import tiphys.events.Intake;
import tiphys.events.source.Redaction;
import tiphys.journal.CursorMove;

/// Replaces what is not to be recorded before anybody records it.
final class RedactedIntake implements Intake {
    private final Intake intake;
    private final Redaction redaction;

    RedactedIntake(Intake intake, Redaction redaction) {
        this.intake = intake;
        this.redaction = redaction;
    }

    @Override
    public CompletableFuture<String> accept(Arrival arrival) {
        return intake.accept(redacted(arrival));
    }

    private Arrival redacted(Arrival arrival) {
        return arrival.with(redaction.of(arrival.payload()));
    }

    @Override
    public CompletableFuture<Void> acceptAll(List<Arrival> arrivals) {
        return intake.acceptAll(arrivals.stream().map(this::redacted).toList());
    }

    @Override
    public CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
        return intake.passOver(moves, at);
    }
}
