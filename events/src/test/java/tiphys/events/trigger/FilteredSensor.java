package tiphys.events.trigger;

import tiphys.events.Examples;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;

/// Sensors of one dependency `a` for tests.
final class FilteredSensor {
    private FilteredSensor() {}

    static SensorSpec withModel(String model) {
        return read(", filters: {data: [{path: body.model, type: string, value: [" + model + "]}]}", "");
    }

    static SensorSpec withParameter(String key) {
        return read("", "{src: {dependencyName: a, dataKey: " + key + "}, dest: spec.x}");
    }

    private static SensorSpec read(String filters, String parameters) {
        var text =
                """
                metadata: {name: s, namespace: argo-events, uid: u1}
                spec:
                  dependencies:
                  - {name: a, eventSourceName: webhook, eventName: a%s}
                  triggers:
                  - template:
                      name: t
                      k8s:
                        source:
                          resource: {apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {generateName: made-}}
                        parameters: [%s]
                """
                        .formatted(filters, parameters);
        return SensorReader.read(Examples.yaml(text), TriggerKinds.NONE).value();
    }
}
