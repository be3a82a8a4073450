package tiphys.kubernetes.steps;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;
import tiphys.engine.StepOrder;

/// What the containers of pods printed, read from the cluster each time.
///
/// @param orders whose pods are there
record PodLogs(PodCalls calls, Function<AttemptId, Optional<StepOrder>> orders, String container) implements Logs {
    @Override
    public byte[] read(AttemptId attempt, long offset, int limit) throws IOException {
        try (var in = open(attempt)) {
            in.skipNBytes(Math.min(offset, in.available()));
            return in.readNBytes(limit);
        }
    }

    @Override
    public long size(AttemptId attempt) throws IOException {
        try (var in = open(attempt)) {
            return in.available();
        }
    }

    @Override
    public InputStream open(AttemptId attempt) throws IOException {
        var order = orders.apply(attempt);
        if (order.isEmpty()) {
            return InputStream.nullInputStream();
        }
        return new ByteArrayInputStream(calls.log(order.get(), container));
    }

    @Override
    public Logs of(String other) {
        return new PodLogs(calls, orders, other);
    }
}
