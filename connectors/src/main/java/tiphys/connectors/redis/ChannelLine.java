package tiphys.connectors.redis;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;

/// Hears channels.
final class ChannelLine implements Line {
    /// A silent server is asked whether it is there still.
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final ChannelKind.Settings settings;
    private final RedisConnection redis;

    private ChannelLine(ChannelKind.Settings settings, RedisConnection redis) {
        this.settings = settings;
        this.redis = redis;
    }

    static ChannelLine dial(ChannelKind.Settings settings, Map<SecretKey, String> secrets) throws IOException {
        var redis = RedisConnection.open(settings.server(), secrets);
        try {
            var subscribe = new ArrayList<>(List.of("SUBSCRIBE"));
            subscribe.addAll(settings.channels());
            redis.send(subscribe);
            for (int i = 0; i < settings.channels().size(); i++) {
                redis.read();
            }
            redis.patience(SILENCE);
            return new ChannelLine(settings, redis);
        } catch (IOException e) {
            redis.close();
            throw new IOException("the channels cannot be subscribed to", e);
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        boolean asked = false;
        while (true) {
            Reply reply;
            try {
                reply = redis.read();
            } catch (SocketTimeoutException e) {
                if (asked) {
                    throw e;
                }
                redis.send(List.of("PING"));
                asked = true;
                continue;
            }
            asked = false;
            var parts = reply.items();
            if (parts.size() == 3 && parts.getFirst().text().equals("message")) {
                take(parts.get(1).text(), parts.get(2), desk);
            }
        }
    }

    private void take(String channel, Reply message, Desk desk) throws InterruptedException {
        var complaint = settings.jsonBody() ? Payload.complaint(message.bytes()) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), Acknowledgement.NONE);
            return;
        }
        var payload = new Payload().with("channel", channel).with("pattern", "");
        var whole = settings.jsonBody() ? payload.raw("body", message.text()) : payload.with("body", message.text());
        desk.take(new Desk.Message(whole.of(settings), Optional.empty()), Acknowledgement.NONE);
    }

    @Override
    public void close() {
        redis.close();
    }
}
