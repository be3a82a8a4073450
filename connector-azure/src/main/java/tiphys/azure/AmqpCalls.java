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
    /// For how long one step of a connection is waited.
    static final Duration TRY = Duration.ofSeconds(10);

    private AmqpCalls() {}

    /// The client tries nothing again, for while it does it says nothing of a server that is gone; whoever uses it does.
    ///
    /// @param trying for how long one step is waited
    static AmqpRetryOptions retries(Duration trying) {
        return new AmqpRetryOptions()
                .setMode(AmqpRetryMode.FIXED)
                .setMaxRetries(0)
                .setDelay(Duration.ofMillis(300))
                .setTryTimeout(trying);
    }

    /// Waits for what a client does, twice as long as it waits for one step.
    ///
    /// @throws IOException if it failed; its cause is the client's
    static <T> Optional<T> await(Mono<T> doing, Duration trying) throws IOException, InterruptedException {
        var future = doing.toFuture();
        long patience = 2 * trying.toMillis();
        try {
            return Optional.ofNullable(future.get(patience, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(words(cause), cause);
        } catch (TimeoutException e) {
            throw new IOException("it did not answer within " + patience + " ms", e);
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
