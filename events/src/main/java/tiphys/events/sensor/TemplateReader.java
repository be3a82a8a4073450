package tiphys.events.sensor;

import java.util.ArrayList;
import java.util.List;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// Reads what a trigger does.
public final class TemplateReader {
    private static final List<String> OTHER_SOURCES = List.of("s3", "inline", "file", "url", "configmap", "git");

    private TemplateReader() {}

    /// Reads a template again, after its parameters were put into it.
    public static Read<TemplateSpec> read(Value.Mapping template, List<String> dependencies, TriggerKinds kinds) {
        var found = new ArrayList<Diagnostic>();
        var fields = new Fields(template, "template", found);
        fields.refuseUnclaimed("events.TriggerTemplate", kinds.claims());
        return new Read<>(read(fields, dependencies, kinds), found);
    }

    static TemplateSpec read(Fields template, List<String> dependencies, TriggerKinds kinds) {
        var name = template.required("name");
        var key = TriggerKinds.keys().stream().filter(template::has).findFirst();
        if (key.isEmpty()) {
            template.error(Codes.MISSING, "k8s", template.path() + " says nothing that the trigger does: it needs k8s");
            return new TemplateSpec(name, "", Value.Mapping.EMPTY, List.of(), List.of(), List.of());
        }
        var block = template.at(key.get());
        var kind = kinds.find(key.get());
        if (kind.isPresent()) {
            kind.get().check(block);
        } else if (key.get().equals(TemplateSpec.K8S)) {
            creates(block);
        }
        boolean wholePayload = kind.filter(TriggerKind::takesWholePayload).isPresent();
        return new TemplateSpec(
                name,
                key.get(),
                block.json(),
                SensorReader.parameters(block, "parameters", dependencies, false),
                SensorReader.parameters(block, "payload", dependencies, wholePayload),
                SensorReader.parameters(block, "dynamicHeaders", dependencies, false));
    }

    private static void creates(Fields k8s) {
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
    }
}
