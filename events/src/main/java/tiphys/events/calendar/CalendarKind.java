package tiphys.events.calendar;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `calendar`: an event at each time of a schedule. Its payload has the time at which it was due, as Go prints it, so that an
/// event which comes late says what it is for.
public final class CalendarKind implements SourceKind {
    /// As many digits of the part of a second as there are, as Go does.
    private static final DateTimeFormatter GO =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendLiteral(" +0000 UTC")
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    @Override
    public String key() {
        return "calendar";
    }

    @Override
    public String claims() {
        return """
        events.CalendarEventSource honoured schedule interval exclusionDates timezone metadata persistence filter
        events.EventPersistence honoured catchup
        events.EventPersistence ignored configMap : where it stands is kept in the journal, with its events
        events.CatchupConfiguration honoured enabled maxDuration
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return CalendarSettings.read(event.fields());
    }

    @Override
    public String address(SourceSettings settings) {
        return ((CalendarSettings) settings).told();
    }

    static Value payload(SourceSettings settings, Instant due) {
        return SourceKind.withMetadata(settings, Value.object("eventTime", GO.format(due)));
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        return new CalendarSource(assignment, around).start();
    }
}
