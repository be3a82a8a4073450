package tiphys.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.Value;
import tiphys.process.Wire.FromRunner;
import tiphys.process.Wire.ToRunner;

final class WireTest {
    private static final AttemptId ATTEMPT = new AttemptId("a1");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    static Stream<Ending> endings() {
        return Stream.of(
                new Ending.Exited(3, Optional.of("ünïcode \"\n"), Map.of("p", "")),
                new Ending.Exited(0, Optional.empty(), Map.of()),
                new Ending.Signalled(9),
                new Ending.DeadlineExceeded(),
                new Ending.Cancelled(),
                new Ending.Lost("why"),
                new Ending.NotStarted("what"));
    }

    private static Value sent(ByteBuffer frame) throws IOException {
        return Wire.read(new DataInputStream(new ByteArrayInputStream(frame.array()))).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("endings")
    void every_ending_arrives_as_it_was_sent(Ending ending) throws IOException {
        var report = new FromRunner.Reports(List.of(new StepReport.Ended(ATTEMPT, AT, ending)));
        assertThat(Wire.fromRunner(sent(Wire.frame(report)))).isEqualTo(report);
    }

    @Test
    void an_order_arrives_as_it_was_sent() throws IOException {
        var launch =
                new Launch(
                        ATTEMPT,
                        "boot",
                        "sh of this host for alpine",
                        List.of("sh", "-c", "true"),
                        Map.of("A", "b"),
                        "sub",
                        Optional.of("echo"),
                        Map.of("v/key", "bytes".getBytes(UTF_8)),
                        List.of(new Launch.Link("etc/v", "v")),
                        true,
                        List.of(new OutputFile("p", "out")),
                        Optional.of(AT),
                        Duration.ofSeconds(30),
                        Optional.empty());
        var arrived = ((ToRunner.Start) Wire.toRunner(sent(Wire.frame(new ToRunner.Start(launch))))).launch();
        assertThat(arrived).usingRecursiveComparison().isEqualTo(launch);
    }
}
