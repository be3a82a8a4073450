package tiphys.events.action;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a kind of trigger is given in a test: Secrets and ConfigMaps, and firings.
public final class ActionWorld implements Request.Values {
    public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final Map<String, String> secrets = new HashMap<>();
    private final Map<String, String> configMaps = new HashMap<>();

    /// Puts a value into a Secret.
    public ActionWorld put(String name, String key, String value) {
        secrets.put(name + "/" + key, value);
        return this;
    }

    /// Puts a value into a ConfigMap.
    public ActionWorld putConfig(String name, String key, String value) {
        configMaps.put(name + "/" + key, value);
        return this;
    }

    /// Takes every Secret away.
    public void forget() {
        secrets.clear();
    }

    @Override
    public Optional<String> secret(String name, String key) {
        return Optional.ofNullable(secrets.get(name + "/" + key));
    }

    @Override
    public Optional<String> configMap(String name, String key) {
        return Optional.ofNullable(configMaps.get(name + "/" + key));
    }

    /// The n-th firing of a trigger.
    public static Firing firing(int number) {
        return firing(number, NOON);
    }

    public static Firing firing(int number, Instant at) {
        return new Firing("%032x".formatted(number), "default", "sensor", "trigger", "default", "e" + number, at, 1);
    }

    /// A request with a block in JSON.
    public Request request(String block, String payload) {
        return request((Value.Mapping) Json.parse(block), payload);
    }

    public Request request(Value.Mapping block, String payload) {
        return new Request(block, payload, Map.of(), this);
    }
}
