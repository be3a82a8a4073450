package tiphys.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.depends.Depends;
import tiphys.language.gotext.GoDuration;
import tiphys.language.gotext.GoFormat;
import tiphys.language.gotext.Strftime;
import tiphys.language.regex.GoRegex;

class SmallLanguagesTest {
    @ParameterizedTest
    @CsvSource({
        "1m30s,PT1M30S",
        "500ms,PT0.5S",
        "1.5h,PT1H30M",
        "-2s,PT-2S",
        "0,PT0S",
        ".5s,PT0.5S",
        "10us,PT0.00001S"
    })
    void a_go_duration_is_read(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).contains(duration);
        assertThat(GoDuration.parse(GoDuration.write(duration))).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "x", "1", ".s", "1d", "99999999h", "1 s"})
    void what_is_no_duration_is_not_read(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "soon,time: invalid duration \"soon\"",
        "'',time: invalid duration \"\"",
        ".s,time: invalid duration \".s\"",
        "1.5,time: missing unit in duration \"1.5\"",
        "2h30,time: missing unit in duration \"2h30\"",
        "1d,time: unknown unit \"d\" in duration \"1d\"",
        "1 s,time: unknown unit \" s\" in duration \"1 s\""
    })
    void why_it_is_not_read_is_said_as_Go_says_it(String text, String complaint) {
        assertThat(GoDuration.complaint(text)).isEqualTo(complaint);
    }

    @Test
    void a_plain_number_may_mean_seconds() {
        assertThat(GoDuration.parseOrSeconds("10")).contains(Duration.ofSeconds(10));
    }

    @Test
    void a_depends_names_tasks_and_results() {
        var depends = Depends.parse("(A.Succeeded && b-c) || !D.AnySucceeded");
        assertThat(depends.tasks()).containsExactly("A", "b-c", "D");
        assertThat(depends.names(Depends.Result.ANY_SUCCEEDED, "D")).isTrue();
        assertThat(depends.names(Depends.Result.SUCCEEDED, "b-c")).isFalse();
        assertThat(depends.holds((task, _) -> task.equals("D"), _ -> true)).isFalse();
        assertThat(depends.holds((task, _) -> !task.equals("A"), _ -> false)).isFalse();
        assertThat(depends.holds((_, _) -> true, _ -> true)).isTrue();
        assertThat(Depends.all(Set.of("a")).holds((_, _) -> false, _ -> true)).isTrue();
    }

    @Test
    void a_depends_says_what_is_wrong_where() {
        assertThatThrownBy(() -> Depends.parse("A.Foo"))
                .hasMessageStartingWith("task result 'Foo' for task 'A' is invalid (1:1)");
        assertThatThrownBy(() -> Depends.parse("A && ")).hasMessageStartingWith("expected a task (1:6)");
        assertThatThrownBy(() -> Depends.parse("!".repeat(20_000))).isInstanceOf(EvaluationFailed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "^a.c$,abc,true",
        "b,abc,true",
        "^b,abc,false",
        "[[:digit:]]+,a1,true",
        "(?P<x>a)b,ab,true",
        "a{2},aa,true",
        "(?i)ABC,abc,true",
        "[a&&b],&,true",
        "'a{,2}','a{,2}',true",
        "\\Qa.b\\E,axb,false"
    })
    void a_go_pattern_is_matched(String pattern, String text, boolean found) {
        assertThat(GoRegex.find(pattern, text, Budget.standard())).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(a)\\1", "a++", "a**", "(", "[a", "a{2000}", "\\Z"
            })
    void what_go_has_not_is_refused(String pattern) {
        assertThatThrownBy(() -> GoRegex.find(pattern, "a", Budget.standard()))
                .hasMessageStartingWith("error parsing regexp");
    }

    @ParameterizedTest
    @CsvSource({
        "2020-05-%02X,19,2020-05-13",
        "%d,5,5",
        "%03d,-5,-05",
        "%x,255,ff",
        "%s,5,%!s(int=5)",
        "a,1,a%!(EXTRA int=1)",
        "%5d|,7,'    7|'",
        "%99999999d|x,7,%!(NOVERB)%!(EXTRA int=7)",
        "a%.99999999dx,7,a%!(NOVERB)%!(EXTRA int=7)",
        "%10000019d,7,%!(NOVERB)%!(EXTRA int=7)"
    })
    void a_number_is_formatted_as_go_does(String format, long number, String text) {
        assertThat(GoFormat.sprintf(format, number)).isEqualTo(text);
    }

    @Test
    void a_number_is_as_wide_as_its_format_says() {
        assertThat(GoFormat.sprintf("%1500d", 7)).hasSize(1_500).endsWith(" 7");
        assertThat(GoFormat.sprintf("%10000009d", 7)).hasSize(10_000_009);
    }

    @Test
    void the_parts_of_a_time_have_letters() {
        var time = ZonedDateTime.of(2026, 1, 2, 15, 4, 5, 6_000_000, ZoneOffset.UTC);
        var parts =
                Strftime.LETTERS
                        .chars()
                        .mapToObj(c -> Strftime.part((char) c, time).orElseThrow())
                        .collect(Collectors.joining(" "));
        assertThat(parts).isEqualTo("January Jan 01 Friday Fri 02 15 03 04 05 2026 26 PM UTC +0000 .006");
    }
}
