package tiphys.server.api;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;

/// Logs that a test prints.
final class FakeLogs implements Logs {
    private final Map<AttemptId, byte[]> logs = new ConcurrentHashMap<>();

    void print(AttemptId attempt, String text) {
        var more = text.getBytes(StandardCharsets.UTF_8);
        logs.merge(
                attempt,
                more,
                (old, added) -> {
                    var both = Arrays.copyOf(old, old.length + added.length);
                    System.arraycopy(added, 0, both, old.length, added.length);
                    return both;
                });
    }

    private byte[] all(AttemptId attempt) {
        return logs.getOrDefault(attempt, new byte[0]);
    }

    @Override
    public byte[] read(AttemptId attempt, long offset, int limit) {
        var all = all(attempt);
        int from = (int) Math.min(offset, all.length);
        return Arrays.copyOfRange(all, from, Math.min(all.length, from + limit));
    }

    @Override
    public long size(AttemptId attempt) {
        return all(attempt).length;
    }

    @Override
    public InputStream open(AttemptId attempt) {
        return new ByteArrayInputStream(all(attempt));
    }
}
