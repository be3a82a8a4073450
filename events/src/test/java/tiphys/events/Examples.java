package tiphys.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Events and sensors that tests use.
public final class Examples {
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private Examples() {}

    /// An event of `webhook/trigger` with this body.
    public static Event event(String id, String body) {
        return event(id, "trigger", Value.object("header", Value.Mapping.EMPTY, "body", Json.parse(body)));
    }

    /// An event of the EventSource `webhook`.
    public static Event event(String id, String name, Value data) {
        return new Event(id, "argo-events", "webhook", "webhook", name, NOON, data);
    }

    /// A manifest's first document.
    public static Value.Mapping yaml(String text) {
        return (Value.Mapping) Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "test").getFirst();
    }

    /// A sensor of these dependencies, each of the event with its own name, and one trigger.
    public static SensorSpec sensor(String conditions, String... dependencies) {
        var text = new StringBuilder("metadata: {name: s, namespace: argo-events, uid: u1}\nspec:\n  dependencies:\n");
        for (var dependency : dependencies) {
            text.append("  - {name: " + dependency + ", eventSourceName: webhook, eventName: " + dependency + "}\n");
        }
        text.append("  triggers:\n  - template:\n      name: t\n      conditions: \"" + conditions + "\"\n");
        text.append(
                """
                      k8s:
                        operation: create
                        source:
                          resource:
                            apiVersion: argoproj.io/v1alpha1
                            kind: Workflow
                            metadata: {generateName: made-}
                            spec: {}
                """);
        return SensorReader.read(yaml(text.toString()), TriggerKinds.NONE).value();
    }
}
