package tiphys.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Tries thousands of seeds on all processors in one test: for simulations, of which [Seeded] would list each seed as a test
/// of its own. `-Dseeds=10000` tries more or fewer than usual, `-Dseed=7` that one again. A trial must draw every choice from
/// its generator and share nothing with the others.
public final class Seeds {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");
    private static final long LIMIT_MINUTES = 30;

    private Seeds() {}

    /// The generator of a seed.
    public static RandomGenerator generator(long seed) {
        return FACTORY.create(seed);
    }

    /// Tries seeds until one fails; its number and what failed are the failure.
    ///
    /// @param usual how many seeds to try if nothing else is said
    /// @return whether at least the usual seeds were tried
    public static boolean tryAll(int usual, Consumer<RandomGenerator> trial) throws InterruptedException {
        var only = Long.getLong("seed");
        long first = only == null ? 0 : only;
        long last = only == null ? Integer.getInteger("seeds", usual) : only + 1;
        var next = new AtomicLong(first);
        var failures = new TreeMap<Long, Throwable>();
        Callable<Void> work =
                () -> {
                    for (long seed = next.getAndIncrement(); seed < last; seed = next.getAndIncrement()) {
                        try {
                            trial.accept(generator(seed));
                        } catch (RuntimeException | AssertionError e) {
                            next.set(last);
                            synchronized (failures) {
                                failures.put(seed, e);
                            }
                        }
                    }
                    return null;
                };
        run(work);
        var failed = failures.firstEntry();
        if (failed != null) {
            long seed = failed.getKey();
            var failure = failed.getValue();
            throw new AssertionError("replay with -Dseed=" + seed + ": " + failure.getMessage(), failure);
        }
        return only == null && last >= usual;
    }

    private static void run(Callable<Void> work) throws InterruptedException {
        var all = new ArrayList<Callable<Void>>();
        for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
            all.add(work);
        }
        try (var threads = Executors.newFixedThreadPool(all.size())) {
            for (var done : List.copyOf(threads.invokeAll(all, LIMIT_MINUTES, TimeUnit.MINUTES))) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a trial ended with " + e.getCause(), e);
        }
    }
}
