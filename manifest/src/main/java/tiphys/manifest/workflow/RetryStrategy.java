package tiphys.manifest.workflow;

import java.util.Optional;
import tiphys.manifest.Value;

/// When and how often a step is tried again.
public record RetryStrategy(Value.Mapping json) {

    static Optional<RetryStrategy> in(Value.Mapping owner) {
        return owner.find("retryStrategy").isPresent()
                ? Optional.of(new RetryStrategy(owner.mapAt("retryStrategy")))
                : Optional.empty();
    }

    /// How many tries after the first; empty for any number.
    public Optional<Long> limit() {
        var limit = json.find("limit").map(Views::number);
        return limit.isPresent() && limit.get().isPresent() ? Optional.of(limit.get().getAsLong()) : Optional.empty();
    }

    /// Which ends are tried again: `Always`, `OnFailure`, `OnError`, `OnTransientError`; `Always` if there is an expression
    /// and nothing is said, else `OnFailure`.
    public String policy() {
        return json.textAt("retryPolicy")
                .filter(text -> !text.isEmpty())
                .orElse(expression().isEmpty() ? "OnFailure" : "Always");
    }

    /// Further condition on the last try; empty for none.
    public String expression() {
        return json.textAt("expression").orElse("");
    }

    /// Whether there are pauses between tries.
    public boolean hasBackoff() {
        return json.find("backoff").isPresent();
    }

    /// The first pause, as Go writes durations or in seconds.
    public String backoffDuration() {
        return Views.scalar(json.mapAt("backoff"), "duration").orElse("");
    }

    /// The longest time from the first try's start to a further try; empty for any.
    public String backoffMaxDuration() {
        return Views.scalar(json.mapAt("backoff"), "maxDuration").orElse("");
    }

    /// The longest pause; empty for any.
    public String backoffCap() {
        return Views.scalar(json.mapAt("backoff"), "cap").orElse("");
    }
}
