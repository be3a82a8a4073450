package tiphys.connectors.line;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Why something failed, in one line.
public final class Causes {
    private static final int DEEPEST = 6;
    private static final String CLOSED = "the server closed the connection";
    private static final Set<String> BROKEN = Set.of("Connection reset", "Broken pipe", "Connection reset by peer");

    private Causes() {}

    /// The messages of a failure and of what led to it, each once.
    public static String words(Throwable failure) {
        var words = new LinkedHashSet<String>();
        Throwable at = failure;
        for (int i = 0; at != null && i < DEEPEST; i++) {
            var word = word(at);
            if (words.stream().noneMatch(said -> said.contains(word))) {
                words.add(word);
            }
            at = at.getCause();
        }
        return String.join(": ", words);
    }

    private static String word(Throwable failure) {
        var message = Optional.ofNullable(failure.getMessage());
        return switch (failure) {
            case UnknownHostException _ -> "nobody knows the host " + message.orElse("");
            case EOFException _ -> CLOSED;
            case ConnectException _ -> message.orElse("connection refused");
            case SocketException _ when message.filter(BROKEN::contains).isPresent() -> CLOSED;
            case SocketTimeoutException _ -> "it does not answer";
            default -> message.orElseGet(failure::toString);
        };
    }
}
