package tiphys.container.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Reads what an engine says while it fetches an image. That it failed stands in a line of an answer that began well.
final class PullProgress {
    private final Consumer<String> progress;
    private final Map<String, long[]> layers = new HashMap<>();

    PullProgress(Consumer<String> progress) {
        this.progress = progress;
    }

    void read(InputStream body) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(body, UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                line(line);
            }
        }
    }

    private void line(String line) throws EngineFailed {
        Value json;
        try {
            json = Json.parse(line);
        } catch (InvalidInput _) {
            return; // it is for people
        }
        var error = json.textAt("error").or(() -> json.textAt("errorDetail", "message"));
        if (error.isPresent()) {
            throw new EngineFailed(500, error.get());
        }
        var detail = json.mapAt("progressDetail");
        long total = whole(detail, "total");
        if (total > 0) {
            layers.put(json.textAt("id").orElse(""), new long[] {whole(detail, "current"), total});
            long current = layers.values().stream().mapToLong(one -> one[0]).sum();
            long all = layers.values().stream().mapToLong(one -> one[1]).sum();
            progress.accept("%d of %d MiB".formatted(current >> 20, all >> 20));
        }
    }

    private static long whole(Value map, String field) {
        return map.find(field)
                .filter(Value.Number.class::isInstance)
                .map(number -> ((Value.Number) number).decimal().longValue())
                .orElse(0L);
    }
}
