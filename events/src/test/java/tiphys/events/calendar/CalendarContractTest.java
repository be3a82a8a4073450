package tiphys.events.calendar;

import java.time.Duration;
import java.time.LocalTime;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceWorld;

/// An hourly calendar that catches up; what happens is that an hour passes.
class CalendarContractTest extends SourceContract {
    private static final CalendarKind KIND = new CalendarKind();

    CalendarContractTest() {
        super(Runnable::run);
    }

    @Override
    protected Source start() {
        return world.start(
                KIND, SourceWorld.read(KIND, "{schedule: '0 * * * *', persistence: {catchup: {enabled: true}}}"));
    }

    @Override
    protected void happen(int n) {
        world.pass(Duration.ofHours(1));
    }

    @Override
    protected int number(Arrival arrival) {
        var time = arrival.payload().value().textAt("eventTime").orElseThrow().split(" ", -1)[1];
        return LocalTime.parse(time).getHour() - 12;
    }

    @Override
    protected boolean remembers() {
        return true;
    }
}
