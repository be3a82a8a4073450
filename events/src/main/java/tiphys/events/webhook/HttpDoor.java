package tiphys.events.webhook;

import java.util.Map;
import java.util.Optional;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.Surroundings;

/// Listens to HTTP requests for event sources: the port between the rules of webhooks and the HTTP server. Safe for every thread.
public interface HttpDoor {
    /// By which name or address the listeners are reached, as it stands in a URL.
    String host();

    /// Takes the requests of one event in from now on. If the event is served already this takes its place at once, and a port that both
    /// have is not closed in between.
    ///
    /// @param type the CloudEvents' type
    /// @param receiver makes events of requests; empty for plain webhooks
    Source open(
            Assignment assignment,
            WebhookSettings settings,
            String type,
            Optional<Receiver> receiver,
            Surroundings around);

    /// Gets something from another server, for a type of sender whose requests are proved by it. Follows nowhere else; bounded in time and
    /// size. Blocks.
    ///
    /// @param query appended to the URL
    /// @throws NotGot if there was no answer, or none that says that all is well
    default byte[] get(String url, Map<String, String> query) throws NotGot {
        throw new NotGot("nothing is got from elsewhere");
    }

    /// Why something could not be got.
    final class NotGot extends Exception {
        private static final long serialVersionUID = 1;
        private final String words;

        public NotGot(String words) {
            super(words);
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// Opens several at once: no port is opened before all of them are known.
    default void together(Runnable opens) {
        opens.run();
    }
}
