package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogRequestsTest extends ApiCase {
    static final String LOG = "namespaces/ns/runs/r1/nodes/n1/log";

    @BeforeEach
    void step() {
        runs.add("r1");
        runs.node("r1", "n1", ATTEMPT, "exited");
        logs.print(ATTEMPT, "one\ntwo\nthree\n");
    }

    @Test
    void are_given_whole_from_an_offset_or_by_last_lines() throws Exception {
        assertThat(get(LOG).body()).isEqualTo("one\ntwo\nthree\n");
        var rest = get(LOG + "?offset=4");
        assertThat(rest.body()).isEqualTo("two\nthree\n");
        assertThat(rest.headers().firstValue("X-Tiphys-Offset")).contains("4");
        var tail = get(LOG + "?tail=2");
        assertThat(tail.body()).isEqualTo("two\nthree\n");
        assertThat(tail.headers().firstValue("X-Tiphys-Offset")).contains("4");
        assertThat(get(LOG + "?tail=99").body()).isEqualTo("one\ntwo\nthree\n");
        assertThat(get(LOG + "?tail=0").body()).isEmpty();
        assertThat(get(LOG + "?offset=999").body()).isEmpty();
    }

    @Test
    void of_great_length_are_given_by_their_last_lines_too() throws Exception {
        logs.print(ATTEMPT, "x".repeat(100_000) + "\n" + "y".repeat(70_000));
        assertThat(get(LOG + "?tail=1").body()).isEqualTo("y".repeat(70_000));
        assertThat(get(LOG + "?tail=2").body()).hasSize(170_001);
    }

    @Test
    void can_be_downloaded() throws Exception {
        var answer = get(LOG + "?download=true");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"n1-0.log\"");
    }

    @Test
    void of_nodes_without_a_process_are_404() throws Exception {
        assertProblem(get("namespaces/ns/runs/r1/nodes/n2/log"), 404, "TIP-4042");
        assertProblem(get(LOG + "?attempt=1"), 404, "TIP-4042");
        assertProblem(get(LOG + "?attempt=x"), 400, "TIP-4002");
        assertProblem(get("namespaces/ns/runs/r9/nodes/n1/log"), 404, "TIP-4040");
    }

    @Test
    void are_followed_until_the_attempt_has_ended() throws Exception {
        runs.node("r1", "n1", ATTEMPT, "running");
        var answer = client.send(to(LOG + "?follow=true").build(), BodyHandlers.ofInputStream());
        try (var in = answer.body()) {
            assertThat(new String(in.readNBytes(14), StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\n");
            logs.print(ATTEMPT, "four\n");
            assertThat(new String(in.readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("four\n");
            logs.print(ATTEMPT, "five\n");
            runs.node("r1", "n1", ATTEMPT, "exited");
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("five\n");
        }
    }
}
