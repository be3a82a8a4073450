package tiphys.runtime.events;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// Instants as docs/api.md has them: RFC 3339 with milliseconds in UTC.
public final class EventTexts {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private EventTexts() {}

    public static String instant(Instant instant) {
        return MILLIS.format(instant);
    }

    public static String instant(Optional<Instant> instant) {
        return instant.map(EventTexts::instant).orElse("");
    }
}
