package tiphys.engine.run.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoDuration;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.RetryStrategy;

/// Trying again (Argo's 3.5).
final class RetryRules {
    private static final Pattern TRANSIENT =
            Pattern.compile(
                    "exceeded quota|timeout|timed out|connection reset|connection refused|TLS handshake|etcdserver|EOF",
                    Pattern.CASE_INSENSITIVE);

    /// A time as Go prints it.
    private static final DateTimeFormatter GO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss '+0000 UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Decider deciding;
    private final RunState state;

    RetryRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Begins the next try of a retry node, or queues it.
    void next(Node retry) {
        if (retry.phase.fulfilled()) {
            return;
        }
        if (!deciding.begin.mayBegin(-1)) {
            if (deciding.begin.mayGoOn() && !state.queue.contains(RunState.tryKey(retry.index))) {
                deciding.emit(new RunFact.Queued(retry.index, -1, deciding.begin.limit(-1)));
            }
            return;
        }
        int number = retry.tries == null ? 0 : retry.tries.size();
        if (retry.tries != null && number > 0) {
            deciding.metrics.ended(state.node(retry.tries.getLast()));
        }
        var place =
                new Place(
                        retry.name + "(" + number + ")", retry.boundary, retry.index, retry.ordinal, number, Role.TRY);
        deciding.begin.template(
                place,
                retry.template,
                retry.inputs,
                ArtifactRules.byName(retry.artifacts),
                number == 0 ? "" : again(retry, number));
    }

    /// Why there is another try, for people.
    private String again(Node retry, int number) {
        var last = retry.tries == null ? retry : state.node(retry.tries.getLast());
        var strategy = state.plan(retry).template().retryStrategy();
        return "try "
                + (number + 1)
                + strategy.flatMap(RetryStrategy::limit).map(limit -> " of " + (limit + 1)).orElse("")
                + ", for the one before ended "
                + last.phase.text()
                + (last.message.isEmpty() ? "" : " (" + last.message + ")")
                + ", which the policy "
                + strategy.map(RetryStrategy::policy).orElse("")
                + " covers";
    }

    /// A try is over: it was the last, or another follows.
    void tried(Node retry, Node last) {
        if (retry.phase.fulfilled()) {
            return;
        }
        if (!last.phase.failedOrError()) {
            deciding.ends.end(retry, last.phase, "", last.outputs);
            return;
        }
        if (state.shutdown != Shutdown.NONE && deciding.ends.reached(retry)) {
            deciding.ends.end(retry, last.phase, "Stopped with strategy '" + state.shutdown.text() + "'", last.outputs);
            return;
        }
        if (state.deadlinePassed && !state.exempt(retry)) {
            var deadline = GO_TIME.format(RunState.instant(state.deadlineMicros));
            deciding.ends.end(retry, last.phase, "retry exceeded workflow deadline " + deadline, last.outputs);
            return;
        }
        if (keepsNext(retry)) {
            next(retry);
            return;
        }
        try {
            var strategy = strategy(retry);
            var pause = strategy.hasBackoff() ? pause(strategy, retry) : Duration.ZERO;
            var until = RunState.instant(last.finishedMicros).plus(pause);
            var refusal = tooLate(strategy, retry, until).or(() -> refusal(strategy, retry, last));
            if (refusal.isPresent()) {
                deciding.ends.end(retry, last.phase, refusal.get(), last.outputs);
                return;
            }
            if (pause.isZero()) {
                next(retry);
                return;
            }
            deciding.emit(new RunFact.Waits(retry.index, until, "Backoff for " + humanised(pause)));
        } catch (EvaluationFailed e) {
            deciding.ends.end(retry, NodePhase.ERROR, deciding.begin.startError(retry, e), Outputs.NONE);
        }
    }

    /// Whether the next try was there before the run was restarted and keeps how it ended, so that nothing waits for it.
    private boolean keepsNext(Node retry) {
        return !state.kept.isEmpty()
                && retry.tries != null
                && state.kept.containsKey(retry.name + "(" + retry.tries.size() + ")");
    }

    private RetryStrategy strategy(Node retry) {
        var template = state.plan(retry).template();
        var strategy = template.retryStrategy().orElseThrow();
        var expression = strategy.json().find("expression");
        var resolved =
                (Value.Mapping)
                        Tags.replace(
                                strategy.json().without("expression"),
                                new RunScope(state, retry.inputs, -1),
                                Unresolved.LAST,
                                Budget.standard());
        return new RetryStrategy(expression.map(text -> resolved.with("expression", text)).orElse(resolved));
    }

    private static Instant firstStart(RunState state, Node retry) {
        return RunState.instant(
                retry.tries == null || retry.tries.isEmpty()
                        ? retry.startedMicros
                        : state.node(retry.tries.getFirst()).startedMicros);
    }

    /// Whether the time for all tries is over, or would be before the next: Argo looks at this first.
    private Optional<String> tooLate(RetryStrategy strategy, Node retry, Instant next) {
        var last = duration(strategy.backoffMaxDuration()).map(max -> firstStart(state, retry).plus(max));
        if (last.isPresent() && deciding.at.isAfter(last.get())) {
            return Optional.of("Max duration limit exceeded");
        }
        return last.filter(next::isAfter).map(_ -> "Backoff would exceed max duration limit");
    }

    /// Why there is no further try, if there is none.
    private Optional<String> refusal(RetryStrategy strategy, Node retry, Node last) {
        var covered =
                switch (strategy.policy()) {
                    case "Always" -> true;
                    case "OnError" -> last.phase == NodePhase.ERROR;
                    case "OnTransientError" -> TRANSIENT.matcher(last.message).find();
                    default -> last.phase == NodePhase.FAILED;
                };
        if (!covered) {
            return Optional.of(last.message);
        }
        int tries = retry.tries == null ? 0 : retry.tries.size();
        if (whole(strategy.json(), "limit").filter(limit -> tries > limit).isPresent()) {
            return Optional.of("No more retries left");
        }
        if (!strategy.expression().isBlank()) {
            var scope = new RunScope(state, retry.inputs, -1);
            var own = new LinkedHashMap<String, String>();
            lastTry(own, state, retry);
            own.put("retries", Integer.toString(tries - 1));
            own.forEach(scope::with);
            var text = Tags.replace(strategy.expression(), scope, Unresolved.KEEP, Budget.standard());
            var value = Expression.parse(text).evaluate(scope, Budget.standard());
            if (!(value instanceof Value.Bool(var again, _))) {
                throw new EvaluationFailed("unable to cast expression result '" + Json.text(value) + "' to bool");
            }
            if (!again) {
                return Optional.of("retryStrategy.expression evaluated to false");
            }
        }
        return Optional.empty();
    }

    /// Adds `retries` and `lastRetry.*` to what a try, or the decision about one, sees.
    static void lastTry(Map<String, String> own, RunState state, Node retry) {
        int tries = retry.tries == null ? 0 : retry.tries.size();
        own.put("retries", Integer.toString(tries));
        if (retry.tries == null || tries == 0) {
            own.put("lastRetry.exitCode", "0");
            own.put("lastRetry.status", "");
            own.put("lastRetry.duration", "0");
            own.put("lastRetry.message", "");
            return;
        }
        var last = state.node(retry.tries.getLast());
        own.put("lastRetry.exitCode", last.outputs.exitCode().orElse("-1"));
        own.put("lastRetry.status", last.phase.text());
        own.put("lastRetry.duration", Long.toString((last.finishedMicros - last.startedMicros) / 1_000_000L));
        own.put("lastRetry.message", last.message);
    }

    private static Duration pause(RetryStrategy strategy, Node retry) {
        var first =
                duration(strategy.backoffDuration())
                        .orElseThrow(() -> new EvaluationFailed("no base duration specified for retryStrategy"));
        int tries = retry.tries == null ? 0 : retry.tries.size();
        long base = whole(strategy.json().mapAt("backoff"), "factor").filter(factor -> factor > 0).orElse(1L);
        double factor = Math.pow((double) base, Math.max(0, tries - 1));
        double nanos = Math.min(first.toNanos() * factor, (double) Duration.ofDays(3650).toNanos());
        var pause = Duration.ofNanos((long) nanos);
        var cap = duration(strategy.backoffCap());
        return cap.isPresent() && pause.compareTo(cap.get()) > 0 ? cap.get() : pause;
    }

    /// When a retry's tries are over at the latest, by `backoff.maxDuration` from the first one's start.
    record Limits(RunState state, Node retry) {
        Optional<Instant> latestEnd() {
            var max =
                    state.plan(retry)
                            .template()
                            .retryStrategy()
                            .map(RetryStrategy::backoffMaxDuration)
                            .flatMap(GoDuration::parseOrSeconds);
            return max.map(firstStart(state, retry)::plus);
        }
    }

    private static Optional<Duration> duration(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(Durations.of(text));
    }

    /// A whole number, which a tag may have given; empty if it is not there.
    private static Optional<Long> whole(Value.Mapping json, String field) {
        var given = json.find(field).filter(value -> !(value instanceof Value.Null)).map(Json::text);
        return given.map(text -> {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new EvaluationFailed("value '" + text + "' cannot be resolved to an int");
            }
        });
    }

    private static String humanised(Duration pause) {
        long seconds = pause.toSeconds();
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%d ms", pause.toMillis());
        }
        return seconds < 60 ? seconds + " seconds" : seconds / 60 + " minutes " + seconds % 60 + " seconds";
    }
}
