package tiphys.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.Pipeline;
import tiphys.cli.server.FakeServer;

class CompleteTest {
    @TempDir Path directory;

    FakeServer server;
    Desk desk;

    @BeforeEach
    void begin() throws IOException {
        server = new Pipeline().on(new FakeServer());
        desk = Desk.at(directory, server);
    }

    @AfterEach
    void end() {
        server.close();
    }

    Stream<String> completed(String... words) {
        var line = new java.util.ArrayList<>(java.util.List.of("__complete", "--"));
        line.addAll(java.util.List.of(words));
        var done = desk.run(line.toArray(new String[0]));
        assertThat(done.exit()).isZero();
        return done.out().lines();
    }

    @Test
    void commands_and_their_options_are_completed() {
        assertThat(completed("sta")).containsExactly("status");
        assertThat(completed("events", "")).contains("list", "get", "send", "replay");
        assertThat(completed("logs", "--f")).containsExactly("--follow");
        assertThat(completed("get", "-o", "")).contains("json", "yaml");
    }

    @Test
    void names_are_those_of_the_server() {
        assertThat(completed("watch", "tra")).containsExactly("train-7kq2m");
        assertThat(completed("logs", "train-7kq2m/lo")).containsExactly("train-7kq2m/load");
        assertThat(completed("events", "get", "0193f5a2")).containsExactly(Pipeline.EVENT);
        assertThat(completed("get", "eventb")).containsExactly("eventbus");
        assertThat(completed("events", "send", "-n", "argo-events", "web")).containsExactly("webhook/trigger");
    }

    @Test
    void without_a_server_there_are_no_names_and_no_noise() {
        server.close();
        assertThat(completed("watch", "tra")).isEmpty();
    }

    @Test
    void each_shell_has_its_completion() {
        for (var shell : new String[] {"bash", "zsh", "fish"}) {
            assertThat(desk.run("completion", shell).out()).contains("__complete");
        }
    }
}
