package tiphys.language.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class CronScheduleTest {
    @TestFactory
    Stream<DynamicTest> what_is_due_next() throws IOException {
        return rows("next")
                .map(row ->
                        DynamicTest.dynamicTest(
                                name(row),
                                () -> {
                                    var schedule = CronSchedule.parse(text(row, "schedule"), ZoneOffset.UTC);
                                    var wanted = row.listAt("next");
                                    var at = instant(row, "after");
                                    var since = row.textAt("since").map(Instant::parse).orElse(at);
                                    var times = new ArrayList<String>();
                                    for (int i = 0; i < Math.max(1, wanted.size()); i++) {
                                        var next = schedule.next(at, since);
                                        next.ifPresent(time -> times.add(time.toString()));
                                        at = next.orElse(at);
                                    }
                                    assertThat(times).isEqualTo(texts(wanted));
                                }));
    }

    @TestFactory
    Stream<DynamicTest> what_cannot_be_read() throws IOException {
        return rows("wrong")
                .map(row ->
                        DynamicTest.dynamicTest(
                                name(row),
                                () ->
                                        assertThatThrownBy(
                                                        () -> CronSchedule.parse(text(row, "schedule"), ZoneOffset.UTC))
                                                .isInstanceOf(EvaluationFailed.class)
                                                .hasMessage(text(row, "why"))));
    }

    @TestFactory
    Stream<DynamicTest> where_the_zones_clock_touches_it() throws IOException {
        return rows("changes")
                .map(row ->
                        DynamicTest.dynamicTest(
                                name(row),
                                () ->
                                        assertThat(
                                                        CronSchedule.parse(text(row, "schedule"), ZoneOffset.UTC)
                                                                .changes(instant(row, "after")))
                                                .map(change -> change.local() + (change.twice() ? " twice" : " never"))
                                                .isEqualTo(texts(row.listAt("changes")))));
    }

    private static Instant instant(Value row, String field) {
        return OffsetDateTime.parse(text(row, field)).toInstant();
    }

    private static String name(Value row) {
        return row.textAt("says").map(says -> says + ": ").orElse("") + "\"" + text(row, "schedule") + "\"";
    }

    private static String text(Value row, String field) {
        return row.textAt(field).orElseThrow();
    }

    private static List<String> texts(List<Value> values) {
        return values.stream().map(value -> ((Value.Text) value).value()).toList();
    }

    private static Stream<Value> rows(String table) throws IOException {
        try (var in = Objects.requireNonNull(CronScheduleTest.class.getResourceAsStream("schedules.yaml"))) {
            return Yaml.parse(in.readAllBytes(), "schedules.yaml").getFirst().listAt(table).stream();
        }
    }
}
