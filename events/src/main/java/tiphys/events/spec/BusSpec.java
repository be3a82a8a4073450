package tiphys.events.spec;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// An EventBus object: which bus it asks for.
///
/// @param kind `nats.native`, `nats.exotic`, `jetstream`, `kafka`, `jetstreamExotic`
public record BusSpec(String kind) {
    private static final List<String> KINDS = List.of("jetstream", "kafka", "jetstreamExotic");

    /// Whether the embedded bus stands in for it: a bus that Argo would have installed itself.
    public boolean embedded() {
        return kind.equals("nats.native") || kind.equals("jetstream");
    }

    /// Reads an EventBus object.
    public static Read<BusSpec> read(Value.Mapping json) {
        var found = new ArrayList<Diagnostic>();
        var spec = new Fields(json.mapAt("spec"), "spec", found);
        var kind = "";
        if (spec.has("nats")) {
            var nats = spec.at("nats");
            if (nats.has("native") == nats.has("exotic")) {
                spec.invalid("nats", "must have exactly one of native and exotic");
            }
            kind = nats.has("exotic") ? "nats.exotic" : "nats.native";
        } else {
            kind = KINDS.stream().filter(spec::has).findFirst().orElse("");
        }
        if (kind.isEmpty()) {
            found.add(
                    Diagnostic.error(
                            Codes.MISSING,
                            "spec needs one of nats, jetstream, kafka and jetstreamExotic, but has none",
                            json.at(),
                            "spec"));
        } else if (!new BusSpec(kind).embedded()) {
            found.add(
                    Diagnostic.error(
                                    Codes.UNSUPPORTED,
                                    "spec." + kind + " is not supported by this version",
                                    spec.json().at(),
                                    "spec." + kind)
                            .hint("nats.native is served by the embedded durable bus"));
        }
        return new Read<>(new BusSpec(kind), found);
    }
}
