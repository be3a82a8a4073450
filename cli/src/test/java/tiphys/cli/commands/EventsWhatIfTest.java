package tiphys.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.server.FakeServer;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class EventsWhatIfTest {
    private static final String ANSWER =
            """
            {"sensor":"picky","against":"picky","events":1240,"complete":true,"upTo":"","triggers":[{"trigger":"make",
             "counts":{"same":3,"more":0,"fewer":2,"differ":1,"fails":0,"uncompared":0},
             "reasons":{"fewer":{"data body.n < 3":2},"differ":{"spec.x":1}},
             "samples":[
              {"event":"e3","at":"","change":"fewer","reason":"data body.n < 3, but was 3","object":"w-1","differences":[]},
              {"event":"e5","at":"","change":"differ","reason":"spec.x","object":"w-2",
               "differences":[{"path":"spec.x","was":"3","would":"m3","why":"body.m of event e5"}]}]}]}\
            """;

    private final AtomicReference<Value> asked = new AtomicReference<>(Value.Mapping.EMPTY);
    private FakeServer server;
    private Desk desk;

    @BeforeEach
    void sit(@TempDir Path directory) throws Exception {
        server = new FakeServer();
        desk = Desk.at(directory, server);
        server.on(
                "POST /tiphys/v1/whatif",
                request -> {
                    asked.set(request.json());
                    return FakeServer.Reply.ok(Json.parse(ANSWER));
                });
        Files.writeString(
                directory.resolve("sensor.yaml"),
                "apiVersion: argoproj.io/v1alpha1\nkind: Sensor\nmetadata: {name: picky, namespace: ns}\nspec: {}\n");
        Files.writeString(directory.resolve("other.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
    }

    @AfterEach
    void leave() {
        server.close();
    }

    @Test
    void the_differences_are_told_with_their_reasons() {
        var done = desk.run("events", "whatif", "-f", "sensor.yaml", "--since", "7d");
        assertThat(done.exit()).isZero();
        assertThat(done.out())
                .contains("Sensor picky against the deployed picky, on 1240 recorded events")
                .contains("make  fires as before: 3")
                .contains("  2 would not fire, and did\n    2  data body.n < 3\n")
                .contains("event e3  data body.n < 3, but was 3 (made w-1)")
                .contains("spec.x: 3 → m3  (body.m of event e5)");
        assertThat(asked.get().textAt("namespace")).contains("ns");
        assertThat(asked.get().textAt("from")).contains("2026-11-17T14:03:00Z");
        assertThat(asked.get().textAt("sensor", "metadata", "name")).contains("picky");
    }

    @Test
    void the_exit_code_says_that_they_differ_if_it_is_asked_to() {
        assertThat(desk.run("events", "whatif", "-f", "sensor.yaml", "--exit-code").exit()).isEqualTo(1);
        var json = desk.run("events", "whatif", "-f", "sensor.yaml", "-o", "json");
        assertThat(json.exit()).isZero();
        assertThat(Json.parse(json.out())).isEqualTo(Json.parse(ANSWER));
    }

    @Test
    void a_file_without_a_sensor_and_none_at_all_are_mistakes_of_the_line() {
        assertThat(desk.run("events", "whatif", "-f", "other.yaml").exit()).isEqualTo(2);
        assertThat(desk.run("events", "whatif").exit()).isEqualTo(2);
    }
}
