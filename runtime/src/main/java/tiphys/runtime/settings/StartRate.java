package tiphys.runtime.settings;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import tiphys.engine.AttemptId;
import tiphys.runtime.settings.ControllerSettings.Rate;
import tiphys.runtime.stream.Wakeups;

/// How fast steps are started, where settings say it: `resourceRateLimit`. What may not be started yet waits in order; its order is
/// recorded, so a restart loses nothing of it. Safe for every thread.
public final class StartRate {
    private final Function<String, Optional<Rate>> rates;
    private final InstantSource clock;
    private final Wakeups wakeups;
    private final Executor tasks;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /// @param rates what holds for a group now
    /// @param tasks where is started what had to wait
    public StartRate(Function<String, Optional<Rate>> rates, InstantSource clock, Wakeups wakeups, Executor tasks) {
        this.tasks = tasks;
        this.rates = rates;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /// What is started by one pace. Starts are made while it is held, so that nothing is started that was dropped.
    private final class Bucket {
        private final String group;
        private final Map<AttemptId, Runnable> waiting = new LinkedHashMap<>();
        private double tokens = Double.MAX_VALUE;
        private Instant filled = Instant.MIN;
        private boolean asleep;

        private Bucket(String group) {
            this.group = group;
        }

        synchronized void add(AttemptId attempt, Runnable start) {
            waiting.put(attempt, start);
            drain();
        }

        synchronized boolean drop(AttemptId attempt) {
            return waiting.remove(attempt) != null;
        }

        synchronized void wake() {
            asleep = false;
            drain();
        }

        private void drain() {
            var rate = rates.apply(group);
            var all = waiting.entrySet().iterator();
            if (rate.isEmpty()) {
                while (all.hasNext()) {
                    var start = all.next().getValue();
                    all.remove();
                    start.run();
                }
                return;
            }
            var pace = rate.get();
            var now = clock.instant();
            if (filled.isBefore(now)) {
                var passed = filled.equals(Instant.MIN) ? Double.MAX_VALUE : seconds(Duration.between(filled, now));
                tokens = Math.min(pace.burst(), tokens + passed * pace.perSecond());
                filled = now;
            }
            while (tokens >= 1 && all.hasNext()) {
                var start = all.next().getValue();
                all.remove();
                tokens--;
                start.run();
            }
            if (!waiting.isEmpty() && !asleep) {
                asleep = true;
                wakeups.in(pause((1 - tokens) / pace.perSecond()), () -> tasks.execute(this::wake));
            }
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /// Not so long that a setting that was changed is not noticed.
    private static Duration pause(double seconds) {
        return Duration.ofNanos((long) (Math.min(5, seconds) * 1e9) + 1_000);
    }

    /// Starts an attempt when its turn comes, now if there is no pace.
    ///
    /// @param group whose pace it is
    public void start(String group, AttemptId attempt, Runnable start) {
        if (group.isEmpty() || (rates.apply(group).isEmpty() && !buckets.containsKey(group))) {
            start.run();
        } else {
            buckets.computeIfAbsent(group, Bucket::new).add(attempt, start);
        }
    }

    /// The settings may have changed.
    public void changed() {
        buckets.values().forEach(bucket -> tasks.execute(bucket::wake));
    }

    /// An attempt that may wait is not to be started any more. After this it is not started by what waits here.
    public void drop(AttemptId attempt) {
        for (var bucket : buckets.values()) {
            if (bucket.drop(attempt)) {
                return;
            }
        }
    }
}
