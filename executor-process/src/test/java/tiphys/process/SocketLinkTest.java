package tiphys.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.process.runner.RunnerSettings;
import tiphys.process.runner.SocketPlace;
import tiphys.process.wire.Wire;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;
import tiphys.testkit.Eventually;

final class SocketLinkTest {
    @TempDir Path data;

    @Test
    void a_runner_of_another_version_is_told_to_end_with_its_steps_and_people_are_told_why_they_wait()
            throws Exception {
        var heard = new CopyOnWriteArrayList<FromRunner>();
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(SocketPlace.address(data));
            var link = new SocketLink(data, RunnerSettings.ofThisMachine(), heard::add);
            try (var connection = listening.accept()) {
                Wire.write(connection, Wire.frame(new FromRunner.Hello(Wire.VERSION + 1, 4711)));

                var in = new DataInputStream(Channels.newInputStream(connection));
                assertThat(Wire.toRunner(in)).contains(new ToRunner.Retire());
                assertThat(Wire.toRunner(in)).as("it lets go of it").isEmpty();
            } finally {
                link.close();
            }
        }
        Eventually.within(Duration.ofSeconds(10), () -> heard.contains(new FromRunner.Gone()));
        assertThat(heard)
                .startsWith(
                        new FromRunner.Blocked(
                                Optional.of(
                                        "no step starts: the runner (process 4711) is of another version of Tiphys; it ends with its last step")))
                .as("of what it says nothing is believed")
                .isEqualTo(List.of(heard.getFirst(), new FromRunner.Gone()));
    }
}
