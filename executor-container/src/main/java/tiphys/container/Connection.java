package tiphys.container;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tiphys.container.api.EngineFailed;

/// An attempt's patience with an engine that goes away: it is asked again until it answers, or somebody wants the attempt to end.
final class Connection {
    private static final Logger LOG = System.getLogger(Connection.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// How long an engine may be away from an attempt that is to end.
    private static final Duration LAST_CHANCE = Duration.ofSeconds(60);

    private final String attempt;
    private final CompletableFuture<Void> wanted;
    private volatile boolean said;

    /// @param wanted completes when the attempt is to end, its grace included
    Connection(String attempt, CompletableFuture<Void> wanted) {
        this.attempt = attempt;
        this.wanted = wanted;
    }

    @FunctionalInterface
    interface Call<T> {
        T ask() throws EngineFailed;
    }

    /// Asks until the engine answers.
    ///
    /// @throws EngineFailed what the engine answered; or that it is away, if the attempt is to end and it did not come back in time
    <T> T patiently(Call<T> call) throws EngineFailed, InterruptedException {
        long until = 0;
        while (true) {
            try {
                return call.ask();
            } catch (EngineFailed e) {
                if (!e.isUnreachable()) {
                    throw e;
                }
                lost(e);
                if (wanted.isDone()) {
                    until = until == 0 ? System.nanoTime() + LAST_CHANCE.toNanos() : until;
                    if (System.nanoTime() > until) {
                        throw e;
                    }
                }
                pause();
            }
        }
    }

    /// Says once that the engine is away.
    void lost(EngineFailed e) {
        if (!said) {
            said = true;
            LOG.log(Level.WARNING, "attempt {0} waits for the container engine: {1}", attempt, e.said());
        }
    }

    /// A while, or less if the attempt is to end.
    void pause() throws InterruptedException {
        if (wanted.isDone()) {
            Thread.sleep(PAUSE);
            return;
        }
        try {
            wanted.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // the usual case
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
