package tiphys.container.order;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import tiphys.container.api.Engine;
import tiphys.engine.Quantity;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a container may take of this machine.
public final class Resources {
    private static final String GPU = "nvidia.com/gpu";
    private static final BigDecimal NANOS = new BigDecimal("1e9");
    private static final BigDecimal SHARES = BigDecimal.valueOf(1024);
    private static final List<String> KNOWN = List.of("cpu", "memory", "ephemeral-storage", GPU);

    private final Value.Mapping resources;

    public Resources(Value.Mapping container) {
        resources = container.mapAt("resources");
    }

    private Optional<Quantity> amount(String kind, String name) {
        return resources.mapAt(kind).find(name).map(Json::text).flatMap(Quantity::parse);
    }

    void put(Map<String, Object> host, Engine.Identity engine) {
        amount("limits", "cpu").ifPresent(cpu -> host.put("NanoCpus", cpu.value().multiply(NANOS).longValue()));
        amount("requests", "cpu")
                .or(() -> amount("limits", "cpu"))
                .ifPresent(cpu -> host.put("CpuShares", Math.max(2, cpu.value().multiply(SHARES).longValue())));
        amount("limits", "memory")
                .map(Quantity::whole)
                .ifPresent(bytes -> {
                    host.put("Memory", bytes);
                    host.put("MemorySwap", bytes);
                });
        long gpus = gpus();
        if (gpus > 0 && engine.isPodman()) {
            host.put(
                    "Devices",
                    LongStream.range(0, gpus)
                            .mapToObj(one ->
                                    Value.object(
                                            "PathOnHost", GPU + "=" + one,
                                            "PathInContainer", GPU + "=" + one,
                                            "CgroupPermissions", "rwm"))
                            .toList());
        } else if (gpus > 0) {
            host.put(
                    "DeviceRequests",
                    List.of(Value.object("Driver", "", "Count", gpus, "Capabilities", List.of(List.of("gpu")))));
        }
    }

    /// How many graphics processors it wants.
    public long gpus() {
        return amount("limits", GPU).or(() -> amount("requests", GPU)).map(Quantity::whole).orElse(0L);
    }

    /// Whether it is held to any limit.
    boolean isLimited() {
        return amount("limits", "cpu").isPresent() || amount("limits", "memory").isPresent();
    }

    /// What no engine can be told, each by its name.
    List<String> refused() {
        var refused = new ArrayList<String>();
        for (var kind : List.of("limits", "requests")) {
            for (var name : resources.mapAt(kind).fields().keySet()) {
                if (!KNOWN.contains(name)) {
                    refused.add("resources." + kind + " of " + name);
                }
            }
        }
        if (!resources.listAt("claims").isEmpty()) {
            refused.add("resources.claims");
        }
        return refused;
    }
}
