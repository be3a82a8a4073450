package tiphys.azure;

import com.azure.core.amqp.AmqpRetryMode;
import com.azure.core.amqp.AmqpRetryOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import tiphys.connectors.line.Causes;

/// How Microsoft's clients are set up, and waited for.
final class AmqpCalls {
    private static final Duration TRY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private AmqpCalls() {}

    /// What breaks is mended by the client itself a few times within seconds, which keeps links that Azure ends when they are idle out of
    /// sight; more is done by whoever uses it.
    static AmqpRetryOptions retries() {
        return new AmqpRetryOptions()
                .setMode(AmqpRetryMode.FIXED)
                .setMaxRetries(0)
                .setDelay(Duration.ofMillis(300))
                .setTryTimeout(TRY);
    }

    /// Waits for what a client does.
    ///
    /// @throws IOException if it failed; its cause is the client's
    static <T> Optional<T> await(Mono<T> doing) throws IOException, InterruptedException {
        var future = doing.toFuture();
        try {
            return Optional.ofNullable(future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(words(cause), cause);
        } catch (TimeoutException e) {
            throw new IOException("it did not answer within " + PATIENCE.toSeconds() + " s", e);
        } finally {
            future.cancel(true);
        }
    }

    /// What went wrong, without the places in the client that it lists.
    static String words(Throwable failure) {
        var own = failure.getMessage();
        return own == null ? Causes.words(failure) : own.replaceAll(",? errorContext\\[[^]]*]", "").strip();
    }
}
