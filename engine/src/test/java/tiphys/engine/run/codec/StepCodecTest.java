package tiphys.engine.run.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.EnvFrom;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Origin;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Source;
import tiphys.engine.StepOrder.Variable;
import tiphys.engine.StepOrder.Volume;
import tiphys.engine.run.state.RunFact;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

final class StepCodecTest {
    /// As version 0.1.0 wrote it.
    private static final String FIRST =
            """
            {"attempt":"u-1-1-1","run":"u","host":"boot","namespace":"ns","runName":"wf","nodeId":"wf-7","nodeName":"wf.a",
            "pod":"wf-a-7","image":"alpine","command":["sh"],"args":["-c","x"],"script":"echo","workingDir":"here",
            "env":[{"name":"A","value":"1"},{"name":"B","configMap":"cm","key":"k","optional":true},{"name":"C","secret":"s","key":"k"}],
            "envFrom":[{"origin":"SECRET","name":"s","prefix":"P_","optional":true}],
            "mounts":[{"volume":"v","path":"data","subPath":"sub","readOnly":true,"keys":{"origin":"CONFIG_MAP","name":"cm",
            "items":[{"key":"k","path":"p"}],"optional":true}},{"volume":"e","path":"scratch","emptyDir":true}],
            "resultWanted":true,"outputs":[{"parameter":"o","path":"out"}],"deadline":"2026-01-02T12:00:00Z","graceMillis":30000}
            """;

    private static StepOrder read(String json) {
        var fact = RunFacts.decode("run.step-ordered/1", Value.object("node", 3, "order", Json.parse(json)));
        return ((RunFact.StepOrdered) fact).order();
    }

    @Test
    void an_end_by_memory_is_read_as_it_was_written() {
        var ending = new tiphys.engine.StepReport.Ending.OutOfMemory(137);
        assertThat(StepCodec.ending(StepCodec.ending(ending))).isEqualTo(ending);
    }

    @Test
    void an_order_of_the_first_version_means_what_it_meant() {
        var order = read(FIRST);
        assertThat(order.attempt().text()).isEqualTo("u-1-1-1");
        assertThat(order.resultWanted()).isTrue();
        assertThat(order.deadline()).contains(Instant.parse("2026-01-02T12:00:00Z"));
        assertThat(order.grace()).isEqualTo(Duration.ofSeconds(30));
        var template = order.template();
        assertThat(template.image()).isEqualTo("alpine");
        assertThat(template.command()).containsExactly("sh");
        assertThat(template.args()).containsExactly("-c", "x");
        assertThat(template.script()).contains("echo");
        assertThat(template.workingDir()).contains("here");
        assertThat(template.env())
                .containsExactly(
                        new Variable("A", new Source.Literal("1")),
                        new Variable("B", new Source.ConfigMapKey("cm", "k", true)),
                        new Variable("C", new Source.SecretKey("s", "k", false)));
        assertThat(template.envFrom()).containsExactly(new EnvFrom(Origin.SECRET, "s", "P_", true));
        assertThat(template.mounts())
                .containsExactly(
                        new Mount(
                                "v",
                                "data",
                                new Part.At("sub"),
                                true,
                                new Volume.Keys(Origin.CONFIG_MAP, "cm", List.of(new Volume.Item("k", "p")), true)),
                        new Mount("e", "scratch", Part.WHOLE, false, Volume.EmptyDir.ON_DISK));
        assertThat(template.outputs()).containsExactly(new OutputFile("o", "out"));
    }

    @Test
    void an_order_comes_back_as_it_was_written() {
        var order = read(FIRST);
        var entry = RunFacts.encode(new RunFact.StepOrdered(3, order));
        assertThat(entry.type()).isEqualTo("run.step-ordered/2");
        assertThat(((RunFact.StepOrdered) RunFacts.decode(entry.type(), Json.parseOwn(entry.body()))).order())
                .isEqualTo(order);
    }
}
