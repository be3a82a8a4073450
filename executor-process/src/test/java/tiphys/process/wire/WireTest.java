package tiphys.process.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.engine.AttemptId;
import tiphys.engine.Readiness;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.process.paths.Layout;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

final class WireTest {
    private static final AttemptId ATTEMPT = new AttemptId("a1");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    static Stream<Ending> endings() {
        return Stream.of(
                new Ending.Exited(3, Optional.of("ünïcode \"\n"), Map.of("p", "")),
                new Ending.Exited(0, Optional.empty(), Map.of()),
                new Ending.Signalled(9),
                new Ending.DeadlineExceeded(),
                new Ending.DeadlineExceeded(OptionalInt.of(143)),
                new Ending.Cancelled(),
                new Ending.Cancelled(OptionalInt.of(0)),
                new Ending.Lost("why"),
                new Ending.NotStarted("what"));
    }

    private static DataInputStream sent(ByteBuffer frame) {
        return new DataInputStream(new ByteArrayInputStream(frame.array(), 0, frame.limit()));
    }

    private static FromRunner arrived(FromRunner message) throws IOException {
        return Wire.fromRunner(sent(Wire.frame(message))).orElseThrow();
    }

    private static ToRunner arrived(ToRunner message) throws IOException {
        return Wire.toRunner(sent(Wire.frame(message))).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("endings")
    void every_ending_arrives_as_it_was_sent(Ending ending) throws IOException {
        var report = new FromRunner.Reports(List.of(new StepReport.Ended(ATTEMPT, AT, ending)));
        assertThat(arrived(report)).isEqualTo(report);
    }

    @Test
    void every_other_message_of_the_runner_arrives_as_it_was_sent() throws IOException {
        for (var message :
                List.of(
                        new FromRunner.Hello(7, 1L << 40),
                        new FromRunner.Reports(
                                List.of(
                                        new StepReport.Started(ATTEMPT, AT, "python3 3.11"),
                                        new StepReport.Ended(ATTEMPT, AT, new Ending.Cancelled()))),
                        new FromRunner.Blocked(Optional.of("no space")),
                        new FromRunner.Blocked(Optional.empty()))) {
            assertThat(arrived(message)).isEqualTo(message);
        }
    }

    @Test
    void every_other_message_of_the_server_arrives_as_it_was_sent() throws IOException {
        for (var message :
                List.of(
                        new ToRunner.Cancel(ATTEMPT),
                        new ToRunner.Reconcile(List.of(new Wire.UnderWay(ATTEMPT, "boot"))),
                        new ToRunner.Forget(List.of(ATTEMPT, new AttemptId("ä".repeat(1000)))),
                        new ToRunner.Retire())) {
            assertThat(arrived(message)).isEqualTo(message);
        }
    }

    @Test
    void a_frame_cut_off_or_longer_than_its_text_is_an_error_and_no_message() {
        var frame = Wire.frame(new ToRunner.Cancel(ATTEMPT));
        assertThatThrownBy(() -> Wire.toRunner(sent(frame.duplicate().limit(frame.limit() - 1))))
                .isInstanceOf(IOException.class);
        frame.putInt(Integer.BYTES + 1, 3); // its text is two bytes long
        assertThatThrownBy(() -> Wire.toRunner(sent(frame))).hasMessageContaining("says 3 where 2 bytes are left");
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
                        Optional.of("echo"),
                        Map.of("v/key", "bytes".getBytes(UTF_8)),
                        Map.of("v/key", 0440),
                        new Layout(
                                true,
                                "/sub",
                                List.of(
                                        new Layout.Mount("/etc/v", new Layout.Source.Own("v"), "part", true),
                                        new Layout.Mount(
                                                "/m", new Layout.Source.Memory("m", Optional.of(1L << 40)), "", false),
                                        new Layout.Mount("/p", new Layout.Source.Place(Path.of("/srv/p")), "", false)),
                                List.of("/tmp/out")),
                        true,
                        List.of(new OutputFile("p", "out")),
                        List.of("in/a"),
                        Optional.of(AT),
                        Duration.ofSeconds(30),
                        Optional.empty(),
                        Optional.empty(),
                        Launch.Group.NONE);
        var arrived = ((ToRunner.Start) arrived(new ToRunner.Start(launch))).launch();
        assertThat(arrived).usingRecursiveComparison().isEqualTo(launch);
        var group =
                new Launch.Group(
                        List.of(
                                new Launch.Part("first", Kind.INIT, List.of(), launch),
                                new Launch.Part("main", Kind.MAIN, List.of("first"), launch)),
                        3,
                        Duration.ofSeconds(1));
        var asked =
                new Readiness(
                        new Readiness.Question.Http("HTTP", "", 80, "/", Map.of("A", "b")),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        4);
        var several =
                launch.with(group, Map.of(), Map.of(), 2)
                        .as(new Launch.Daemon("127.1.2.3", List.of(80, 443), Optional.of(asked)));
        var together = ((ToRunner.Start) arrived(new ToRunner.Start(several))).launch();
        assertThat(together).usingRecursiveComparison().isEqualTo(several);
    }
}
