package tiphys.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How a daemon is asked whether it answers.
///
/// @param delay after the start, before it is asked for the first time
/// @param period between two questions
/// @param timeout how long an answer may take
/// @param successes how many good answers in a row count
public record Readiness(Question question, Duration delay, Duration period, Duration timeout, int successes) {

    /// What is asked.
    public sealed interface Question {
        /// A command in the container; exit code 0 is good.
        record Exec(List<String> command) implements Question {
            public Exec {
                command = List.copyOf(command);
            }
        }

        /// A request; a status from 200 to 399 is good.
        ///
        /// @param host empty for the daemon's own address
        record Http(String scheme, String host, int port, String path, Map<String, String> headers)
                implements Question {
            public Http {
                headers = Map.copyOf(headers);
            }
        }

        /// A connection; that it comes about is good.
        ///
        /// @param host empty for the daemon's own address
        record Tcp(String host, int port) implements Question {}
    }
}
