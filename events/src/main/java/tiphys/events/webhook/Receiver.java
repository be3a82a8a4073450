package tiphys.events.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.manifest.Value;

/// What a type of sender means by its requests: checks that they are its own, and makes events of them. A value; without any state.
public interface Receiver {
    Reception receive(Request request);

    /// A request that came in, and whose bearer token was right if there must be one.
    ///
    /// @param header the first value of a header; empty if it is not there
    /// @param headers all of them as an event shows them, without the values that are secret
    /// @param at when it came
    record Request(Function<String, String> header, Value.Mapping headers, byte[] body, Instant at) {
        String header(String name) {
            return header.apply(name);
        }
    }

    /// What becomes of a request.
    sealed interface Reception {
        /// Events, and when they are on disk `success` with a text before it.
        record Events(List<Payload> payloads, String before) implements Reception {
            public Events {
                payloads = List.copyOf(payloads);
            }
        }

        /// Success without an event: there was something else to do, which is done.
        record Answer(String text) implements Reception {}

        /// An answer that is no success. The sender did not prove who it is, or sent what is no event.
        ///
        /// @param unproved whether it did not prove who it is
        record Refusal(int status, String text, boolean unproved) implements Reception {}
    }

    /// An event's data.
    ///
    /// @param json its text
    /// @param identity the sender's own id of it, which a second delivery has too
    record Payload(String json, Optional<String> identity) {}
}
