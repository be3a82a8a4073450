package tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Runs benchmarks by name: `Bench [-r ROUNDS] NAME…`, all of them without a name. Each prints its figures as a line of
/// minimum/median/maximum; see bench/RESULTS.md for what they must reach.
public final class Bench {
    /// One benchmark.
    interface Benchmark {
        void run(Bench bench) throws Exception;
    }

    private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

    static {
        ALL.put("latency", EventBenches::latency);
        ALL.put("accepted", EventBenches::accepted);
        ALL.put("sustained", EventBenches::sustained);
        ALL.put("kafka", KafkaBench::measure);
        ALL.put("chain", StepBenches::chain);
        ALL.put("fan-out", StepBenches::fanOut);
        ALL.put("containers", ContainerBenches::step);
        ALL.put("http", ServedBenches::http);
        ALL.put("suspend", ServedBenches::suspend);
        ALL.put("growth", GrowthBench::measure);
        ALL.put("recovery", StartBenches::recovery);
        ALL.put("start", StartBenches::start);
        ALL.put("watchers", WatcherBench::measure);
        ALL.put("commands", StartBenches::commands);
        ALL.put("sensors", ManyBenches::sensors);
        ALL.put("soak", ManyBenches::soak);
    }

    private final Path directory;
    private final int rounds;

    private Bench(Path directory, int rounds) {
        this.directory = directory;
        this.rounds = rounds;
    }

    /// Measures.
    public static void main(String[] args) throws Exception {
        var names = new ArrayList<>(List.of(args));
        int rounds = 5;
        if (!names.isEmpty() && names.getFirst().equals("-r")) {
            rounds = Integer.parseInt(names.get(1));
            names.subList(0, 2).clear();
        }
        if (!ALL.keySet().containsAll(names)) {
            System.err.println("bench: the benchmarks are " + ALL.keySet());
            System.exit(2);
        }
        var directory = Files.createTempDirectory("tiphys-bench");
        try {
            for (var benchmark : ALL.entrySet()) {
                var name = benchmark.getKey();
                if (names.isEmpty() || names.contains(name)) {
                    System.out.printf(Locale.ROOT, "-- %s, %d rounds, load before %.1f%n", name, rounds, load());
                    benchmark.getValue().run(new Bench(Files.createDirectory(directory.resolve(name)), rounds));
                }
            }
        } finally {
            delete(directory);
        }
    }

    private static double load() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
    }

    int rounds() {
        return rounds;
    }

    Path directory() {
        return directory;
    }

    /// A place of its own for each use.
    Path fresh(String name) throws IOException {
        return Files.createTempDirectory(directory, name);
    }

    /// A floor program in C, compiled.
    Path compiled(String name) throws IOException {
        var program = directory.resolve(name);
        if (!Files.exists(program)) {
            var source = Product.home().resolve("bench/floor").resolve(name + ".c");
            var compiler = Child.start(directory, List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
            if (compiler.await(Duration.ofSeconds(60)) != 0) {
                throw new IOException("gcc refused " + source + ": " + compiler.printed());
            }
        }
        return program;
    }

    private static void delete(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
