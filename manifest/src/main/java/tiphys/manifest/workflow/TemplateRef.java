package tiphys.manifest.workflow;

import java.util.Optional;
import tiphys.manifest.Value;

/// A template in a WorkflowTemplate.
public record TemplateRef(String name, String template, boolean clusterScope) {
    static Optional<TemplateRef> in(Value.Mapping json) {
        return json.find("templateRef").isPresent()
                ? Optional.of(
                        new TemplateRef(
                                json.textAt("templateRef", "name").orElse(""),
                                json.textAt("templateRef", "template").orElse(""),
                                Views.flag(json.mapAt("templateRef"), "clusterScope")))
                : Optional.empty();
    }
}
