package tiphys.server.kubernetes;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;

/// Logs that a test writes.
final class LocalLogs implements Logs {
    private final Map<AttemptId, byte[]> texts = new ConcurrentHashMap<>();

    void print(String attempt, String text) {
        texts.merge(
                new AttemptId(attempt),
                text.getBytes(StandardCharsets.UTF_8),
                (old, more) -> {
                    var both = Arrays.copyOf(old, old.length + more.length);
                    System.arraycopy(more, 0, both, old.length, more.length);
                    return both;
                });
    }

    @Override
    public byte[] read(AttemptId attempt, long offset, int limit) {
        var text = texts.getOrDefault(attempt, new byte[0]);
        int from = (int) Math.min(offset, text.length);
        return Arrays.copyOfRange(text, from, Math.min(text.length, from + limit));
    }

    @Override
    public long size(AttemptId attempt) {
        return texts.getOrDefault(attempt, new byte[0]).length;
    }

    @Override
    public InputStream open(AttemptId attempt) {
        return new ByteArrayInputStream(texts.getOrDefault(attempt, new byte[0]));
    }
}
