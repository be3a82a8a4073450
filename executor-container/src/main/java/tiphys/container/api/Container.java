package tiphys.container.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A container as an engine sees it.
///
/// @param state `created`, `running`, `exited` and the like
/// @param code its exit code, once it has ended
/// @param outOfMemory whether the kernel ended a process of it for the memory it took
/// @param address where other containers reach it; empty for nowhere
public record Container(
        String id,
        Map<String, String> labels,
        String state,
        int code,
        boolean outOfMemory,
        Instant startedAt,
        String address) {
    static Container of(Value json) {
        var labels = new LinkedHashMap<String, String>();
        json.mapAt("Config", "Labels").fields().forEach((name, value) -> labels.put(name, Json.text(value)));
        var state = json.mapAt("State");
        return new Container(
                json.textAt("Id").orElse(""),
                labels,
                state.textAt("Status").orElse(""),
                state.find("ExitCode").map(Json::text).map(Integer::parseInt).orElse(0),
                state.find("OOMKilled").equals(Optional.of(Value.bool(true))),
                state.textAt("StartedAt").map(Container::instant).orElse(Instant.EPOCH),
                address(json));
    }

    private static Instant instant(String text) {
        try {
            return java.time.OffsetDateTime.parse(text).toInstant();
        } catch (java.time.format.DateTimeParseException _) {
            return Instant.EPOCH;
        }
    }

    private static String address(Value json) {
        var own = json.textAt("NetworkSettings", "IPAddress").filter(text -> !text.isEmpty());
        return own.orElseGet(() ->
                json.mapAt("NetworkSettings", "Networks").fields().values().stream()
                        .flatMap(network -> network.textAt("IPAddress").stream())
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    /// Whether it was made and nobody ever started it.
    public boolean isFresh() {
        return (state.equals("created") || state.equals("configured") || state.equals("initialized"))
                && !startedAt.isAfter(Instant.EPOCH);
    }

    public boolean isRunning() {
        return state.equals("running") || state.equals("paused") || state.equals("restarting");
    }
}
