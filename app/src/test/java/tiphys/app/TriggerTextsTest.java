package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.http.Guard;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Where triggers' objects are fetched from.
class TriggerTextsTest {
    private static final Request.Values VALUES =
            new Request.Values() {
                @Override
                public Optional<String> secret(String name, String key) {
                    return Optional.empty();
                }

                @Override
                public Optional<String> configMap(String name, String key) {
                    return name.equals("m") && key.equals("k") ? Optional.of("kind: X") : Optional.empty();
                }
            };

    private static String fetch(TriggerTexts.Guarding guarding, String location) throws Exception {
        return new TriggerTexts(guarding).fetch((Value.Mapping) Json.parse(location), VALUES);
    }

    private static String fetch(String location) throws Exception {
        return fetch(_ -> {}, location);
    }

    @Test
    void a_config_map_has_it() throws Exception {
        assertThat(fetch("{\"configmap\":{\"name\":\"m\",\"key\":\"k\"}}")).isEqualTo("kind: X");
        assertThatThrownBy(() -> fetch("{\"configmap\":{\"name\":\"m\",\"key\":\"none\"}}"))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("the key none of ConfigMap m, which is not there");
    }

    @Test
    void a_file_has_it(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("o.yaml"), "kind: Y");
        assertThat(fetch("{\"file\":{\"path\":\"" + file + "\"}}")).isEqualTo("kind: Y");
        assertThatThrownBy(() -> fetch("{\"file\":{\"path\":\"" + folder + "\"}}")).isInstanceOf(TriggerFailed.class);
    }

    @Test
    void a_url_has_it_unless_it_leads_to_this_machine() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var moved = exchange.getRequestURI().getPath().equals("/moved");
                    if (moved) {
                        exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/secret");
                    }
                    var body = "kind: Z".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(moved ? 302 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            var url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThat(fetch("{\"url\":{\"path\":\"" + url + "/o.yaml\"}}")).isEqualTo("kind: Z");
            assertThatThrownBy(() -> fetch(Guard::check, "{\"url\":{\"path\":\"" + url + "\"}}"))
                    .isInstanceOf(TriggerFailed.class)
                    .hasMessageContaining("which is this machine");
            TriggerTexts.Guarding onlyTheFirst =
                    asked -> {
                        if (!asked.startsWith(url)) {
                            Guard.check(asked);
                        }
                    };
            assertThatThrownBy(() -> fetch(onlyTheFirst, "{\"url\":{\"path\":\"" + url + "/moved\"}}"))
                    .as("a redirect is looked at, too")
                    .isInstanceOf(TriggerFailed.class)
                    .hasMessageContaining("which is this machine");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void addresses_that_clouds_keep_for_themselves_are_not_asked() {
        for (var url :
                List.of("http://169.254.169.254/latest", "http://[::1]/", "http://0.0.0.0/", "http://localhost/")) {
            assertThatThrownBy(() -> Guard.check(url)).as(url).isInstanceOf(TriggerFailed.class);
        }
    }

    @Test
    void a_git_repository_has_it(@TempDir Path folder) throws Exception {
        git(folder, "init", "-q", "-b", "main", ".");
        Files.createDirectories(folder.resolve("dir"));
        Files.writeString(folder.resolve("dir/o.yaml"), "kind: old");
        git(folder, "add", ".");
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        git(folder, "tag", "v1");
        Files.writeString(folder.resolve("dir/o.yaml"), "kind: new");
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-a", "-m", "two");
        var git = "{\"git\":{\"url\":\"file://" + folder + "\",\"filePath\":\"dir/o.yaml\"%s}}";
        assertThat(fetch(git.formatted(""))).isEqualTo("kind: new");
        assertThat(fetch(git.formatted(",\"tag\":\"v1\""))).isEqualTo("kind: old");
        assertThat(fetch(git.formatted(",\"branch\":\"main\""))).isEqualTo("kind: new");
        assertThatThrownBy(() -> fetch(git.replace("dir/o.yaml", "../../etc/passwd").formatted("")))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("leads out of the repository");
        assertThatThrownBy(() -> fetch(git.replace("file://", "file:///nowhere").formatted("")))
                .isInstanceOf(TriggerFailed.class);
    }

    private static void git(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
