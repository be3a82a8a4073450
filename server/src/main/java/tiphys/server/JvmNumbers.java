package tiphys.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tiphys.server.http.Metrics;

/// What the process itself uses, for `/metrics`.
final class JvmNumbers {
    private static final Path MEMORY = Path.of("/proc/self/statm");
    private static final int PAGE_BYTES = 4096;

    private JvmNumbers() {}

    static void show(Metrics metrics) {
        var runtime = Runtime.getRuntime();
        metrics.gauge(
                "jvm_memory_used_bytes",
                "Heap in use.",
                () -> runtime.totalMemory() - runtime.freeMemory(),
                "area",
                "heap");
        metrics.gauge("jvm_memory_max_bytes", "Largest heap.", runtime::maxMemory, "area", "heap");
        metrics.gauge("jvm_memory_committed_bytes", "Heap taken.", runtime::totalMemory, "area", "heap");
        if (Files.isReadable(MEMORY)) {
            metrics.gauge("process_resident_memory_bytes", "Memory of the process.", JvmNumbers::resident);
        }
    }

    private static double resident() {
        try {
            return Double.parseDouble(Files.readString(MEMORY).split(" ", -1)[1]) * PAGE_BYTES;
        } catch (IOException e) {
            return Double.NaN; // Prometheus' word for a number that could not be had
        }
    }
}
