package tiphys.events.calendar;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// A calendar at work: looks when something is due, hands it in, and goes on when it is on disk.
final class CalendarSource implements Source {
    private static final String PART = "due";

    private final Assignment assignment;
    private final CalendarSettings settings;
    private final Surroundings around;
    private final OrderedIntake intake;

    /// What lies at it or before has been dealt with.
    private Instant last;

    private boolean closed;
    private Surroundings.Wish wish = () -> {};

    CalendarSource(Assignment assignment, Surroundings around) {
        this.assignment = assignment;
        this.settings = (CalendarSettings) assignment.settings();
        this.around = around;
        this.intake = new OrderedIntake(around, 1, this::recorded);
        this.last = since(around.clock().instant());
    }

    /// What was due since then is to be sent.
    private Instant since(Instant now) {
        var before = around.checkpoint().at(PART);
        if (!settings.catchUp() || before.isEmpty()) {
            return now;
        }
        var last = Instant.ofEpochMilli(before.getAsLong());
        var earliest = settings.catchUpWithin().map(now::minus).filter(last::isBefore).orElse(last);
        return earliest.isBefore(now) ? earliest : now;
    }

    CalendarSource start() {
        look();
        return this;
    }

    /// Hands in what is due, or comes back when it is.
    private synchronized void look() {
        if (closed || !intake.isEmpty()) {
            return;
        }
        var now = around.clock().instant();
        var due = settings.next(last);
        if (due.isEmpty()) {
            intake.is(new SourceState.Stopped(now, "nothing is due within some years: " + settings.told()));
        } else if (due.get().isAfter(now)) {
            wish = around.timer().at(due.get(), () -> around.threads().execute(this::look));
        } else {
            last = due.get();
            intake.offer(arrival(last, now));
        }
    }

    private Arrival arrival(Instant due, Instant now) {
        var name = assignment.name();
        return new Arrival(
                name.namespace(),
                name.eventSource(),
                name.eventName(),
                "calendar",
                EventData.of(CalendarKind.payload(settings, due)),
                Optional.of("due " + assignment.uid() + " " + due),
                now,
                List.of(around.checkpoint().to(PART, due.toEpochMilli())));
    }

    /// Without catching up, what was due meanwhile is over: a machine that slept does not send what it slept through.
    private void recorded() {
        synchronized (this) {
            var now = around.clock().instant();
            last = settings.catchUp() || now.isBefore(last) ? last : now;
        }
        look();
    }

    @Override
    public SourceState state() {
        return intake.state();
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        return intake.lastTrouble();
    }

    @Override
    public synchronized void close() {
        closed = true;
        wish.cancel();
        intake.close();
    }
}
