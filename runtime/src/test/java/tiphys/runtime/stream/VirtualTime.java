package tiphys.runtime.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Time that passes when a simulation says so, and a wall clock that may jump beside it.
public final class VirtualTime implements InstantSource {
    private Instant elapsed = Instant.EPOCH;
    private Duration skew;
    private long wishes;

    public VirtualTime(Instant start) {
        skew = Duration.between(elapsed, start);
    }

    @Override
    public Instant instant() {
        return elapsed.plus(skew);
    }

    /// The wall clock jumps; no time passes.
    public void jump(Duration by) {
        skew = skew.plus(by);
    }

    public void pass(Duration time) {
        elapsed = elapsed.plus(time);
    }

    /// The timer of one process: its wishes go with it.
    public Sleepers sleepers() {
        return new Sleepers();
    }

    /// Those that wait for time to pass.
    public final class Sleepers implements Wakeups.Timer {
        private final List<Wish> open = new ArrayList<>();

        private record Wish(Instant at, long number, Runnable callback) {}

        @Override
        public Wakeups.Handle in(Duration delay, Runnable callback) {
            var wish = new Wish(elapsed.plus(delay), wishes++, callback);
            open.add(wish);
            return () -> open.remove(wish);
        }

        @Override
        public Wakeups.Handle every(Duration pause, Runnable callback) {
            throw new UnsupportedOperationException("nothing in this simulation repeats");
        }

        @Override
        public void close() {
            open.clear();
        }

        /// How long until the next one is to be woken.
        public Optional<Duration> next() {
            return first().map(wish -> Duration.between(elapsed, wish.at()));
        }

        private Optional<Wish> first() {
            return open.stream().min(Comparator.comparing(Wish::at).thenComparing(Wish::number));
        }

        /// Wakes those whose time has come, in order.
        public void wake() {
            for (var wish = first(); wish.filter(one -> !one.at().isAfter(elapsed)).isPresent(); wish = first()) {
                open.remove(wish.get());
                wish.get().callback().run();
            }
        }
    }
}
