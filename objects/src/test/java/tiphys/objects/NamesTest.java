package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NamesTest {
    @ParameterizedTest
    @MethodSource("names")
    void a_name_is_judged_as_Kubernetes_judges_it(Rows row) {
        int space = row.what().indexOf(' ');
        var name = row.what().substring(space + 1).replace("{254}", "x".repeat(254));

        var flaws = Names.flaws(Names.Form.valueOf(row.what().substring(0, space)), name);

        assertThat(flaws.isEmpty() ? "ok" : String.join("; ", flaws)).isEqualTo(row.result());
    }

    static Stream<Rows> names() {
        return Rows.of("names.txt");
    }

    @Test
    void a_generated_name_ends_in_the_suffix_and_a_long_prefix_is_cut() {
        assertThat(Names.generated("run-", Names.suffix(0, 1, 2, 26, 27))).isEqualTo("run-bcd9b");
        assertThat(Names.generated("x".repeat(70), "bcdfg")).hasSize(63).endsWith("xbcdfg");
    }

    @Test
    void a_very_long_name_is_refused_without_harm() {
        assertThat(Names.flaws(Names.Form.SUBDOMAIN, "a.".repeat(5_000_000))).isNotEmpty();
        assertThat(Names.qualifiedFlaws("a".repeat(5_000_000))).isNotEmpty();
    }
}
