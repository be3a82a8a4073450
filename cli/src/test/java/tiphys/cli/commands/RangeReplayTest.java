package tiphys.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.server.FakeServer;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class RangeReplayTest {
    private static final String PLAN =
            """
            {"events":3,"head":40,"complete":true,"upTo":"2026-11-24T14:00:00.000Z","triggers":[
             {"sensor":"picky","trigger":"make","events":3,"counts":{"fired":2,"filtered":1,"firedBefore":0},"message":""}]}\
            """;

    private final List<Value> steps = new CopyOnWriteArrayList<>();
    private FakeServer server;
    private Desk desk;

    @BeforeEach
    void sit(@TempDir Path directory) throws Exception {
        server = new FakeServer();
        desk = Desk.at(directory, server);
        server.on(
                "POST /tiphys/v1/replays/plan",
                asked -> {
                    steps.add(asked.json());
                    return FakeServer.Reply.ok(Json.parse(PLAN));
                });
        server.on(
                "POST /tiphys/v1/replays/step",
                asked -> {
                    steps.add(asked.json());
                    var answer =
                            switch (steps.size()) {
                                case 2 -> "{\"next\":0,\"heldBack\":true,\"events\":0,\"counts\":{}}";
                                case 3 ->
                                        "{\"next\":17,\"events\":2,\"at\":\"2026-11-24T13:30:00.000Z\",\"counts\":{\"fired\":2}}";
                                default ->
                                        "{\"next\":0,\"events\":1,\"at\":\"2026-11-24T13:40:00.000Z\",\"counts\":{\"filtered\":1}}";
                            };
                    return FakeServer.Reply.ok(Json.parse(answer));
                });
    }

    @AfterEach
    void leave() {
        server.close();
    }

    @Test
    void a_plan_is_shown_and_nothing_done() {
        var done =
                desk.run("events", "replay", "--since", "1h", "--source", "webhook/trigger", "--dry-run", "-n", "ns");
        assertThat(done.exit()).isZero();
        assertThat(done.err())
                .contains("3 events from 2026-11-24 13:03:00 to 2026-11-24 14:03:00")
                .containsPattern("picky/make +3 +2 +1");
        assertThat(steps).hasSize(1);
        assertThat(steps.getFirst().textAt("from")).contains("2026-11-24T13:03:00Z");
        assertThat(steps.getFirst().textAt("eventSource")).contains("webhook");
        assertThat(steps.getFirst().textAt("eventName")).contains("trigger");
    }

    @Test
    void a_range_is_replayed_step_by_step_to_its_end() {
        var done = desk.run("events", "replay", "--since", "1h", "--yes", "--rate", "0", "--again", "second");
        assertThat(done.exit()).isZero();
        assertThat(done.out()).isEqualTo("replayed 3 of 3 events: 2 fired, 1 filtered\n");
        assertThat(steps).hasSize(4);
        assertThat(steps.get(3).find("after")).contains(Value.number(17));
        assertThat(steps.get(3).find("head")).contains(Value.number(40));
        assertThat(steps.get(3).textAt("again")).contains("second");
    }

    @Test
    void nobody_is_there_to_agree_so_nothing_is_replayed() {
        var done = desk.run("events", "replay", "--since", "1h");
        assertThat(done.exit()).isEqualTo(1);
        assertThat(done.err()).contains("TIP-7210");
        assertThat(steps).hasSize(1);
    }

    @Test
    void a_server_that_goes_away_leaves_the_way_to_go_on() {
        server.on(
                "POST /tiphys/v1/replays/step",
                asked -> {
                    steps.add(asked.json());
                    return steps.size() == 2
                            ? FakeServer.Reply.ok(
                                    Json.parse(
                                            "{\"next\":17,\"events\":2,\"at\":\"2026-11-24T13:30:00.000Z\",\"counts\":{\"fired\":2}}"))
                            : FakeServer.Reply.refused(500, "TIP-5000", "broken", "");
                });
        var done = desk.run("events", "replay", "--since", "1h", "--yes", "--rate", "0", "--sensor", "picky");
        assertThat(done.exit()).isNotZero();
        assertThat(done.err())
                .contains(
                        "tiphys events replay --since 2026-11-24T13:30:00Z --to 2026-11-24T14:03:00Z --sensor picky -n default");
    }

    @Test
    void an_event_and_a_range_are_two_things() {
        assertThat(desk.run("events", "replay").exit()).isEqualTo(2);
        assertThat(desk.run("events", "replay", "e1", "--since", "1h").exit()).isEqualTo(2);
        assertThat(desk.run("events", "replay", "--since", "yesterday").err()).contains("--since wants an instant");
    }
}
