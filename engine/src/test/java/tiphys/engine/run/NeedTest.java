package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.engine.run.state.Need;

/// What a run asks for.
class NeedTest {
    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "lib-{{item}}, lib-red, true",
        "lib-{{item}}, lib-, true",
        "lib-{{item}}, other-lib-red, false",
        "{{item}}-lib, red-lib, true",
        "a{{x}}a, a, false",
        "a{{x}}-b{{y}}c, a1-b2c, true",
        "a{{x}}-b{{y}}c, a1-c2b, false",
        "{{=x + '}'}}, anything, true"
    })
    void a_name_with_tags_may_become_what_fits_around_them(String reference, String name, boolean fits) {
        assertThat(Need.Templates.of("ns", reference).fits(name)).isEqualTo(fits);
    }

    @Test
    void a_template_of_an_object_that_is_not_there_is_told_by_who_calls_it() {
        var engine =
                ManualEngine.of(
                        """
                        apiVersion: argoproj.io/v1alpha1
                        kind: Workflow
                        metadata: {name: run}
                        spec:
                          entrypoint: main
                          templates:
                          - name: main
                            steps: [[{name: a, templateRef: {name: lib, template: leaf}}]]
                        """,
                        _ -> Optional.empty());
        assertThat(engine.phase()).isEqualTo("Failed");
        assertThat(engine.run().status().textAt("message"))
                .contains("invalid spec: templates.main.steps[0].a template reference lib.leaf not found");
    }
}
