package tiphys.connectors.slack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.connectors.http.Calls.Call;
import tiphys.connectors.http.Calls.Header;
import tiphys.connectors.http.Clients;
import tiphys.connectors.http.Tls;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The type `slack`: a message by Slack's Web API. Slack takes no key of idempotency, so a message whose answer was lost may come twice.
public final class SlackTrigger implements TriggerKind {
    private static final String API = "https://slack.com/api";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int MOST_THREADS = 10_000;

    /// What Slack says when it may be better later.
    private static final Set<String> PASSES =
            Set.of(
                    "ratelimited",
                    "rate_limited",
                    "message_limit_exceeded",
                    "fatal_error",
                    "internal_error",
                    "service_unavailable",
                    "request_timeout");

    private final String api;
    private final Clients clients = new Clients();

    /// The first message of each thread, by channel and key; forgotten with the process.
    private final Map<String, String> threads =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > MOST_THREADS;
                }
            };

    public SlackTrigger() {
        this(API);
    }

    /// @param api where Slack is
    SlackTrigger(String api) {
        this.api = api;
    }

    @Override
    public String key() {
        return "slack";
    }

    @Override
    public String claims() {
        return """
        events.SlackTrigger honoured parameters slackToken channel message attachments blocks thread sender
        events.SlackThread honoured messageAggregationKey broadcastMessageToChannel
        events.SlackSender honoured username icon
        """;
    }

    @Override
    public Content content() {
        return Content.NOTHING;
    }

    @Override
    public void check(Fields block) {
        block.required("channel");
        if (!block.has("slackToken")) {
            block.error(Codes.MISSING, "slackToken", block.path("slackToken") + " is required, but it is not there");
        }
        var texts = List.of("message", "attachments", "blocks");
        if (texts.stream().allMatch(text -> block.text(text).isEmpty())) {
            block.error(
                    Codes.MISSING,
                    "message",
                    block.path() + " needs one of message, attachments and blocks, but has none");
        }
        for (var list : texts.subList(1, 3)) {
            if (!block.text(list).isEmpty() && !isList(block.text(list))) {
                block.invalid(list, "must be a list as JSON text");
            }
        }
    }

    private static boolean isList(String json) {
        try {
            return Json.parse(json) instanceof Value.Sequence;
        } catch (InvalidInput _) {
            return false;
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var channel = request.text("channel").replaceFirst("^#", "");
        var key = request.text("thread", "messageAggregationKey");
        var place = channel + "\n" + key;
        var message = message(request, channel);
        if (!key.isEmpty()) {
            var thread = thread(place);
            if (!thread.isEmpty()) {
                message = message.with("thread_ts", thread);
                if (request.truth("thread", "broadcastMessageToChannel")) {
                    message = message.with("reply_broadcast", Value.bool(true));
                }
            }
        }
        var reply = post(message, request.secret("slackToken").orElse(""));
        var stamp = reply.textAt("ts").orElse("");
        if (!key.isEmpty() && !stamp.isEmpty()) {
            synchronized (threads) {
                threads.putIfAbsent(place, stamp);
            }
        }
        return new Answer("200", "posted to " + reply.textAt("channel").orElse(channel) + " at " + stamp);
    }

    private String thread(String place) {
        synchronized (threads) {
            return threads.getOrDefault(place, "");
        }
    }

    private static Value.Mapping message(Request request, String channel) {
        var message = Value.object("channel", channel, "text", request.text("message"));
        for (var list : List.of("attachments", "blocks")) {
            if (!request.text(list).isEmpty()) {
                message = message.with(list, Json.parse(request.text(list)));
            }
        }
        var username = request.text("sender", "username");
        var icon = request.text("sender", "icon");
        message = username.isEmpty() ? message : message.with("username", username);
        if (!icon.isEmpty()) {
            message = message.with(icon.contains("://") ? "icon_url" : "icon_emoji", icon);
        }
        return message;
    }

    private Value.Mapping post(Value.Mapping message, String token)
            throws IOException, InterruptedException, TriggerFailed {
        var headers =
                List.of(
                        new Header("Authorization", "Bearer " + token, true),
                        new Header("Content-Type", "application/json; charset=utf-8", false));
        var body = Json.write(message).getBytes(StandardCharsets.UTF_8);
        var call = new Call("POST", api + "/chat.postMessage", headers, body, PATIENCE);
        var reply = clients.of(Tls.PLAIN).make(call, LONGEST_ANSWER);
        Value said;
        try {
            said = Json.parse(reply.text());
        } catch (InvalidInput e) {
            said = Value.Mapping.EMPTY;
        }
        if (said instanceof Value.Mapping answer && answer.find("ok").filter(Value.bool(true)::equals).isPresent()) {
            return answer;
        }
        var error = said.textAt("error").orElse("");
        boolean passes = reply.status() == 429 || reply.status() >= 500 || PASSES.contains(error);
        throw new TriggerFailed(
                "Slack did not take the message: " + (error.isEmpty() ? "status " + reply.status() : error),
                reply.answer(),
                passes ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN);
    }
}
