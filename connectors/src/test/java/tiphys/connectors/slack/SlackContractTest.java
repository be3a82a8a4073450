package tiphys.connectors.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.HttpTriggerContract;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class SlackContractTest extends HttpTriggerContract {
    private final AtomicInteger stamps = new AtomicInteger();
    private final SlackTrigger kind;

    SlackContractTest() throws IOException {
        kind = new SlackTrigger(server.url());
        world.put("slack", "token", "xoxb-1");
        server.answer(one ->
                one.header("Authorization").equals("Bearer xoxb-1")
                        ? Reply.of(
                                200, "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"17." + stamps.incrementAndGet() + "\"}")
                        : Reply.of(200, "{\"ok\":false,\"error\":\"invalid_auth\"}"));
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    private static Value.Mapping block(String message) {
        return Value.object(
                "slackToken", Value.object("name", "slack", "key", "token"), "channel", "#general", "message", message);
    }

    @Override
    protected Value.Mapping block() {
        return block("hello");
    }

    @Override
    protected Answer fire(int number) throws Exception {
        return kind.fire(ActionWorld.firing(number), world.request(block(payload(number)), ""));
    }

    private Value.Mapping sent(int index) {
        return (Value.Mapping) Json.parse(server.all().get(index).body());
    }

    @Override
    protected List<String> taken() {
        return server.all().stream().map(one -> Json.parse(one.body()).textAt("text").orElse("")).toList();
    }

    @Override
    protected boolean isIdempotent() {
        return false;
    }

    private Answer fire(String more) throws Exception {
        var block = block("m");
        for (var field : ((Value.Mapping) Json.parse(more)).fields().entrySet()) {
            block = block.with(field.getKey(), field.getValue());
        }
        return kind.fire(ActionWorld.firing(1), world.request(block, ""));
    }

    @Test
    void the_message_goes_to_the_channel_with_its_attachments_blocks_and_sender() throws Exception {
        var answer =
                fire(
                        "{\"attachments\":\"[{\\\"text\\\":\\\"a\\\"}]\",\"blocks\":\"[{\\\"type\\\":\\\"divider\\\"}]\",\"sender\":{\"username\":\"bot\",\"icon\":\":robot:\"}}");
        assertThat(server.all().getFirst().path()).isEqualTo("/chat.postMessage");
        assertThat(sent(0))
                .isEqualTo(
                        Json.parse(
                                "{\"channel\":\"general\",\"text\":\"m\",\"attachments\":[{\"text\":\"a\"}],\"blocks\":[{\"type\":\"divider\"}],\"username\":\"bot\",\"icon_emoji\":\":robot:\"}"));
        assertThat(answer.text()).isEqualTo("posted to C1 at 17.1");
    }

    @Test
    void messages_with_the_same_key_go_to_one_thread() throws Exception {
        var thread = "{\"thread\":{\"messageAggregationKey\":\"%s\",\"broadcastMessageToChannel\":true}}";
        fire(thread.formatted("k"));
        fire(thread.formatted("k"));
        fire(thread.formatted("other"));
        assertThat(sent(0).find("thread_ts")).isEmpty();
        assertThat(sent(1).textAt("thread_ts")).contains("17.1");
        assertThat(sent(1).find("reply_broadcast")).contains(Value.bool(true));
        assertThat(sent(2).find("thread_ts")).isEmpty();
    }

    @Test
    void what_slack_refuses_is_in_vain_unless_it_may_pass() {
        for (var said : Map.of("channel_not_found", false, "ratelimited", true, "internal_error", true).entrySet()) {
            server.answer(_ -> Reply.of(200, "{\"ok\":false,\"error\":\"" + said.getKey() + "\"}"));
            assertThatThrownBy(() -> fire("{}"))
                    .isInstanceOfSatisfying(
                            TriggerFailed.class,
                            failure -> {
                                assertThat(failure.why()).contains(said.getKey());
                                assertThat(failure.again() == TriggerFailed.Again.MAY_HELP).isEqualTo(said.getValue());
                            });
        }
    }

    @Test
    void what_cannot_be_sent_is_told_before() {
        var found = new ArrayList<Diagnostic>();
        kind.check(new Fields((Value.Mapping) Json.parse("{\"blocks\":\"{}\"}"), "slack", found));
        assertThat(found.stream().map(Diagnostic::message))
                .satisfiesExactly(
                        one -> assertThat(one).contains("slack.channel is required"),
                        one -> assertThat(one).contains("slack.slackToken is required"),
                        one -> assertThat(one).contains("slack.blocks must be a list as JSON text"));
    }
}
