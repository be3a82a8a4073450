package tiphys.kubernetes.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Asks an API server again while another ask may change the answer: it is busy, a quota is used up, nobody is there. For half a minute
/// about.
public final class Patience {
    private static final int ASKS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private Patience() {}

    /// One ask.
    public interface Ask<T> {
        T now() throws IOException;
    }

    /// Asks until there is an answer that another ask would not change.
    ///
    /// @throws IOException if there was none after all
    public static Answer ask(Ask<Answer> ask) throws IOException {
        var pause = FIRST_PAUSE;
        for (int i = 1; ; i++) {
            Optional<IOException> failed = Optional.empty();
            try {
                var answer = ask.now();
                if (!answer.passing() || i == ASKS) {
                    return answer;
                }
            } catch (IOException e) {
                failed = Optional.of(e);
            }
            if (i == ASKS && failed.isPresent()) {
                throw failed.get();
            }
            pause = slept(pause);
        }
    }

    /// Reads until it goes well.
    ///
    /// @throws Hopeless if another ask would not change it
    /// @throws IOException if it did not after all
    public static <T> T read(Ask<T> ask) throws IOException {
        var pause = FIRST_PAUSE;
        for (int i = 1; ; i++) {
            try {
                return ask.now();
            } catch (IOException e) {
                if (i == ASKS || e instanceof Hopeless) {
                    throw e;
                }
            }
            pause = slept(pause);
        }
    }

    /// A refusal that another ask does not change.
    public static final class Hopeless extends IOException {
        private static final long serialVersionUID = 1;

        public Hopeless(String message) {
            super(message);
        }
    }

    /// Sleeps, and says how long it will be the next time.
    private static Duration slept(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the API server was asked", e);
        }
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
