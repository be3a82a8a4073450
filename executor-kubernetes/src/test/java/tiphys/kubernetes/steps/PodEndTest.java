package tiphys.kubernetes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// A table of statuses that real clusters gave, and what Argo says of each.
class PodEndTest {
    @TestFactory
    Stream<DynamicTest> a_status_is_read_as_argo_reads_it() throws IOException {
        try (var in = Objects.requireNonNull(PodEndTest.class.getResourceAsStream("pod-ends.yaml"))) {
            var cases = Yaml.parse(in.readAllBytes(), "pod-ends.yaml");
            return cases.stream().map(one -> DynamicTest.dynamicTest(one.textAt("case").orElse("?"), () -> check(one)));
        }
    }

    private static void check(Value one) {
        var template =
                one.find("template").isPresent()
                        ? one.mapAt("template")
                        : Value.object("container", Value.object("image", "busybox"));
        var ending =
                PodEnd.of(
                        Value.object("status", one.mapAt("status")),
                        new ResolvedTemplate(template),
                        PodEnd.Left.NOTHING);
        assertThat(said(ending)).isEqualTo(one.textAt("says").orElse(""));
    }

    private static String said(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, _, _) -> "exited " + code;
            case Ending.GroupExited(var containers, _, _) ->
                    "exited "
                            + String.join(", ", containers.stream().map(end -> end.name() + " " + end.code()).toList());
            case Ending.Served(var outcome, var message, var exit, _, _) ->
                    outcome + (exit.isPresent() ? " " + exit.getAsInt() : "") + " " + message;
            case Ending.DeadlineExceeded(var exit) -> "deadline" + (exit.isPresent() ? " " + exit.getAsInt() : "");
            case Ending.OutputsRefused _,
                    Ending.Signalled _,
                    Ending.OutOfMemory _,
                    Ending.Cancelled _,
                    Ending.Lost _,
                    Ending.NotStarted _ ->
                    ending.toString();
        };
    }
}
