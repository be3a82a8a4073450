package tiphys.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

class ServerPlaceTest {
    @TempDir Path directory;

    CliError failure(Desk desk, ServerPlace.Wanted wanted) {
        try {
            var place = ServerPlace.find(desk.surroundings(), wanted);
            throw new AssertionError("found " + place);
        } catch (CliError e) {
            return e;
        }
    }

    static ServerPlace.Wanted server(String address) {
        return new ServerPlace.Wanted(java.util.Optional.of(address), java.util.Optional.empty());
    }

    @Test
    void without_a_server_the_error_says_how_to_start_one() {
        var error = failure(new Desk(directory), ServerPlace.Wanted.NOTHING);
        assertThat(error.exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(error.code()).isEqualTo("TIP-7001");
        assertThat(error.remedy()).isEqualTo("tiphys up --data " + directory);
    }

    @Test
    void a_file_whose_process_has_ended_is_stale() throws IOException, InterruptedException {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        var desk = new Desk(directory);
        desk.serverFile(Value.object("url", "https://127.0.0.1:1", "token", "t", "pid", ended.pid()));
        var error = failure(desk, ServerPlace.Wanted.NOTHING);
        assertThat(error.code()).isEqualTo("TIP-7003");
        assertThat(error.remedy()).startsWith("tiphys up");
        assertThat(String.join("\n", error.lines(false, 200))).contains("process " + ended.pid());
    }

    @Test
    void a_file_that_is_no_json_is_named() throws IOException {
        var desk = new Desk(directory);
        Files.writeString(directory.resolve("server.json"), "{\"url\":");
        var error = failure(desk, ServerPlace.Wanted.NOTHING);
        assertThat(error.code()).isEqualTo("TIP-7004");
        assertThat(String.join("\n", error.lines(false, 200))).contains(directory.resolve("server.json").toString());
    }

    @Test
    void the_data_directory_is_the_usual_one_of_the_user() {
        var none = java.util.Optional.<String>empty();
        var desk = new Desk(directory).without("TIPHYS_DATA");
        assertThat(ServerPlace.dataDirectory(desk.surroundings(), none))
                .isEqualTo(directory.resolve(".local/share/tiphys"));
        desk.with("XDG_DATA_HOME", "/x");
        assertThat(ServerPlace.dataDirectory(desk.surroundings(), none)).isEqualTo(Path.of("/x/tiphys"));
        desk.with("TIPHYS_DATA", "data");
        assertThat(ServerPlace.dataDirectory(desk.surroundings(), none)).isEqualTo(directory.resolve("data"));
        assertThat(ServerPlace.dataDirectory(desk.surroundings(), java.util.Optional.of("/y")))
                .isEqualTo(Path.of("/y"));
    }

    @Test
    void an_address_is_taken_from_the_option_before_the_environment() {
        var desk = new Desk(directory).with("TIPHYS_SERVER", "https://a:1").with("TIPHYS_TOKEN", "secret");
        var place = ServerPlace.find(desk.surroundings(), ServerPlace.Wanted.NOTHING);
        assertThat(place.url()).hasToString("https://a:1");
        assertThat(place.token()).isEqualTo("secret");
        assertThat(place.toString()).doesNotContain("secret");
        assertThat(ServerPlace.find(desk.surroundings(), server("b:2")).url()).hasToString("https://b:2");
    }

    @Test
    void an_address_of_this_machines_server_brings_its_token() throws IOException {
        var desk = new Desk(directory);
        desk.serverFile(Value.object("url", "https://127.0.0.1:5", "plain", "http://127.0.0.1:5", "token", "t"));
        assertThat(ServerPlace.find(desk.surroundings(), server("http://127.0.0.1:5")).token()).isEqualTo("t");
        assertThat(ServerPlace.find(desk.surroundings(), server("https://127.0.0.1:6")).token()).isEmpty();
    }

    @Test
    void the_token_is_not_sent_to_another_machine_in_the_clear() {
        var desk = new Desk(directory).with("TIPHYS_TOKEN", "secret");
        assertThat(failure(desk, server("http://192.0.2.1:80")).code()).isEqualTo("TIP-7010");
    }

    @Test
    void an_address_with_a_path_or_another_scheme_is_refused() {
        var desk = new Desk(directory);
        for (var address : new String[] {"https://a/b", "ftp://a", "https://", "a b"}) {
            assertThat(failure(desk, server(address)).code()).as(address).isEqualTo("TIP-7008");
        }
    }

    @Test
    void a_session_of_ones_own_is_the_end_signed_with_the_token() {
        // Made by another program: hmac.new(b"token", b"session until 1800000000", "sha256").
        assertThat(OwnSession.until(java.time.Instant.ofEpochSecond(1_800_000_000), "token"))
                .isEqualTo("1800000000.REvZhUKgjZ-145vycTtkKZL0ezw_Ab8oAml-btB0Sc4");
    }
}
