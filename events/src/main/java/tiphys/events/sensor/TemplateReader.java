package tiphys.events.sensor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Reads what a trigger does.
public final class TemplateReader {
    private static final List<String> SOURCES = List.of("s3", "inline", "file", "url", "git", "configmap", "resource");

    private TemplateReader() {}

    /// Reads a template again, after its parameters were put into it.
    public static Read<TemplateSpec> read(Value.Mapping template, List<String> dependencies, TriggerKinds kinds) {
        var found = new ArrayList<Diagnostic>();
        var fields = new Fields(template, "template", found);
        fields.refuseUnclaimed("events.TriggerTemplate", kinds.claims());
        return new Read<>(read(fields, dependencies, kinds, List.of()), found);
    }

    /// @param filled where parameters will be put into the template
    static TemplateSpec read(Fields template, List<String> dependencies, TriggerKinds kinds, List<String> filled) {
        var name = template.required("name");
        var key = TriggerKinds.keys().stream().filter(template::has).findFirst();
        if (key.isEmpty()) {
            template.error(Codes.MISSING, "k8s", template.path() + " says nothing that the trigger does: it needs k8s");
            return new TemplateSpec(name, "", Value.Mapping.EMPTY, Optional.empty(), List.of(), List.of(), List.of());
        }
        var block = template.at(key.get());
        var kind = kinds.find(key.get());
        if (kind.isPresent()) {
            var later = new ArrayList<>(filled.stream().filter(dest -> dest.startsWith(key.get() + ".")).toList());
            later.replaceAll(dest -> dest.substring(key.get().length() + 1));
            block.json().listAt("parameters").forEach(one -> later.add(one.textAt("dest").orElse("")));
            kind.get().check(filled(block, later));
        } else if (key.get().equals(TriggerKinds.K8S)) {
            creates(block);
        }
        boolean wholePayload = kind.filter(TriggerKind::takesWholePayload).isPresent();
        return new TemplateSpec(
                name,
                key.get(),
                block.json(),
                block.has("source") ? object(block.at("source")) : Optional.empty(),
                SensorReader.parameters(block, "parameters", dependencies, false),
                SensorReader.parameters(block, "payload", dependencies, wholePayload),
                SensorReader.parameters(block, "dynamicHeaders", dependencies, false));
    }

    /// A block as it will be once its parameters are put in: a field that one of them makes is not missing.
    private static Fields filled(Fields block, List<String> paths) {
        var json = block.json();
        for (var path : paths) {
            var parts = path.split("\\.", 2);
            if (!parts[0].isEmpty() && json.find(parts[0]).isEmpty()) {
                var text = Value.text("a value of an event");
                boolean item = parts.length == 2 && parts[1].matches("-?[0-9]+");
                json = json.with(parts[0], item ? Value.list(List.of(text)) : text);
            }
        }
        return new Fields(json, block.path(), block.found());
    }

    private static void creates(Fields k8s) {
        var operation = k8s.text("operation");
        if (!operation.isEmpty() && !operation.equals("create")) {
            k8s.error(
                    Codes.UNSUPPORTED,
                    "operation",
                    k8s.path("operation") + " " + operation + " is not supported by this version; create is");
        }
        source(k8s);
    }

    /// Tells of a block without a `source`.
    public static void source(Fields block) {
        var source = block.at("source");
        if (SOURCES.stream().noneMatch(source::has)) {
            source.error(Codes.MISSING, "resource", source.path("resource") + " is required, but it is not there");
        }
    }

    /// The object that stands in the manifest itself; Argo's order is s3, inline, file, url, git, configmap, resource.
    private static Optional<Value.Mapping> object(Fields source) {
        var first = SOURCES.stream().filter(source::has).findFirst().orElse("");
        if (first.equals("resource")) {
            var resource = source.at("resource");
            resource.required("apiVersion");
            resource.required("kind");
            return Optional.of(resource.json());
        }
        if (!first.equals("inline")) {
            return Optional.empty();
        }
        try {
            return Optional.of(object(source.text("inline")));
        } catch (InvalidInput | EvaluationFailed e) {
            source.invalid("inline", "must be one object as YAML or JSON: " + e.getMessage());
            return Optional.empty();
        }
    }

    /// The object that a text is.
    ///
    /// @throws InvalidInput if it is no YAML
    /// @throws EvaluationFailed if it is no object
    public static Value.Mapping object(String text) {
        var documents = Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "source");
        if (documents.size() == 1 && documents.getFirst() instanceof Value.Mapping object) {
            return object;
        }
        throw new EvaluationFailed("it is not one object");
    }
}
