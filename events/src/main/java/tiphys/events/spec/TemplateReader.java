package tiphys.events.spec;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// Reads what a trigger does.
public final class TemplateReader {
    private static final List<String> OTHER_TRIGGERS =
            List.of(
                    "argoWorkflow",
                    "http",
                    "awsLambda",
                    "azureEventHubs",
                    "azureServiceBus",
                    "kafka",
                    "pulsar",
                    "nats",
                    "slack",
                    "openWhisk",
                    "custom",
                    "log",
                    "email");
    private static final List<String> OTHER_SOURCES = List.of("s3", "inline", "file", "url", "configmap", "git");

    private TemplateReader() {}

    /// Reads a template again, after its parameters were put into it.
    public static Read<TemplateSpec> read(Value.Mapping template, List<String> dependencies) {
        var found = new ArrayList<Diagnostic>();
        var fields = new Fields(template, "template", found);
        fields.refuseUnclaimed("events.TriggerTemplate", SupportedFields.CLAIMS);
        return new Read<>(read(fields, dependencies), found);
    }

    static TemplateSpec read(Fields template, List<String> dependencies) {
        var name = template.required("name");
        var k8s = template.at("k8s");
        if (!template.has("k8s") && OTHER_TRIGGERS.stream().noneMatch(template::has)) {
            template.error(Codes.MISSING, "k8s", template.path() + " says nothing that the trigger does: it needs k8s");
            return new TemplateSpec(name, Value.Mapping.EMPTY, List.of());
        }
        if (!template.has("k8s")) {
            return new TemplateSpec(name, Value.Mapping.EMPTY, List.of());
        }
        var operation = k8s.text("operation");
        if (!operation.isEmpty() && !operation.equals("create")) {
            k8s.error(
                    Codes.UNSUPPORTED,
                    "operation",
                    k8s.path("operation") + " " + operation + " is not supported by this version; create is");
        }
        var source = k8s.at("source");
        var resource = source.at("resource");
        if (!source.has("resource")) {
            if (OTHER_SOURCES.stream().noneMatch(source::has)) {
                source.error(Codes.MISSING, "resource", source.path("resource") + " is required, but it is not there");
            }
        } else {
            resource.required("apiVersion");
            resource.required("kind");
        }
        return new TemplateSpec(name, resource.json(), SensorReader.parameters(k8s, dependencies));
    }
}
