package tiphys.events.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.events.ReadOnlyKinds;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Json;

class CalendarKindTest {
    final CalendarKind kind = new CalendarKind();
    final SourceWorld world = new SourceWorld(Runnable::run);

    Source start(String yaml) {
        return world.start(kind, SourceWorld.read(kind, yaml));
    }

    List<String> payloads() {
        return world.recorded().stream().map(one -> Json.write(one.payload().value())).toList();
    }

    @Test
    void an_event_says_when_it_was_due() {
        start("{schedule: '30 * * * *', metadata: {hello: world}}");
        world.pass(Duration.ofHours(2));
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-24 12:30:00 +0000 UTC\",\"metadata\":{\"hello\":\"world\"}}",
                        "{\"eventTime\":\"2026-11-24 13:30:00 +0000 UTC\",\"metadata\":{\"hello\":\"world\"}}");
        assertThat(world.recorded().getFirst().type()).isEqualTo("calendar");
    }

    @Test
    void an_interval_begins_when_the_source_does() {
        start("{interval: 10s}");
        world.pass(Duration.ofSeconds(25));
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-24 12:00:10 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-24 12:00:20 +0000 UTC\"}");
    }

    @Test
    void a_schedule_counts_before_an_interval() {
        start("{schedule: '0 13 * * *', interval: 1s}");
        world.pass(Duration.ofHours(3));
        assertThat(payloads()).hasSize(1);
    }

    @Test
    void a_schedule_is_in_its_time_zone() {
        start("{schedule: '0 14 * * *', timezone: Europe/Berlin}");
        start("{schedule: 'CRON_TZ=America/New_York 30 8 * * *'}");
        world.pass(Duration.ofHours(2));
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-24 13:00:00 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-24 13:30:00 +0000 UTC\"}");
    }

    @Test
    void nothing_is_due_on_an_excluded_day() {
        start("{schedule: '0 10 * * *', exclusionDates: ['EXDATE:20261125T000000Z,20261127T230000Z']}");
        world.pass(Duration.ofDays(4));
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-26 10:00:00 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-28 10:00:00 +0000 UTC\"}");
    }

    @Test
    void an_excluded_day_is_one_of_the_schedules_zone() {
        start("{schedule: '0 1 * * *', timezone: Asia/Tokyo, exclusionDates: ['EXDATE:20261125T000000Z']}");
        world.pass(Duration.ofDays(2));
        assertThat(payloads()).containsExactly("{\"eventTime\":\"2026-11-25 16:00:00 +0000 UTC\"}");
    }

    @Test
    void what_was_due_while_nobody_was_there_is_over() {
        var source = start("{schedule: '0 * * * *'}");
        world.pass(Duration.ofHours(1));
        world.kill();
        source.close();
        world.pass(Duration.ofHours(3));
        start("{schedule: '0 * * * *'}");
        world.pass(Duration.ofHours(1));
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-24 13:00:00 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-24 17:00:00 +0000 UTC\"}");
    }

    @Test
    void catching_up_goes_back_as_far_as_it_may() {
        var yaml = "{schedule: '0 * * * *', persistence: {catchup: {enabled: true, maxDuration: 90m}}}";
        var source = start(yaml);
        world.pass(Duration.ofHours(1));
        world.kill();
        source.close();
        world.pass(Duration.ofHours(5));
        start(yaml);
        assertThat(payloads())
                .containsExactly(
                        "{\"eventTime\":\"2026-11-24 13:00:00 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-24 17:00:00 +0000 UTC\"}",
                        "{\"eventTime\":\"2026-11-24 18:00:00 +0000 UTC\"}");
    }

    @Test
    void a_day_that_no_calendar_has_stops_it_with_a_reason() {
        var source = start("{schedule: '0 0 30 2 *'}");
        assertThat(source.state())
                .isEqualTo(new SourceState.Stopped(SourceWorld.NOON, "nothing is due within some years: 0 0 30 2 *"));
    }

    @Test
    void what_cannot_be_read_is_told_with_its_place() {
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {schedule: '* * * *'}}}").message())
                .startsWith("spec.calendar.a.schedule cannot be read: expected exactly 5 fields");
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {schedule: '@daily'}}}").message())
                .contains("parser does not accept descriptors");
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {interval: ten}}}").message())
                .contains("spec.calendar.a.interval must be a duration");
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {interval: 1s, timezone: Mars}}}").message())
                .contains("spec.calendar.a.timezone must be a name");
        assertThat(
                        ReadOnlyKinds.read("spec: {calendar: {a: {interval: 1s, exclusionDates: ['2026-12-24']}}}")
                                .message())
                .contains("EXDATE:20261224T000000Z");
        assertThat(ReadOnlyKinds.read("spec: {calendar: {a: {timezone: UTC}}}").message())
                .contains("spec.calendar.a.interval is required");
    }
}
