package tiphys.server.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How long a request waits for what it asked for to be on disk.
final class Waiting {
    private static final Duration COMMIT = Duration.ofSeconds(30);

    private Waiting() {}

    static <T> T on(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(COMMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
