package tiphys.manifest.workflow;

import java.util.Optional;
import tiphys.manifest.Value;

/// A template in a WorkflowTemplate or, with `clusterScope`, in a ClusterWorkflowTemplate.
public record TemplateRef(String name, String template, boolean clusterScope) {
    private static final String CLUSTER = "cluster/";

    /// The object by the name that tables of templates have it under: [#library].
    public String library() {
        return library(name, clusterScope);
    }

    /// `NAME` of a WorkflowTemplate, `cluster/NAME` of a ClusterWorkflowTemplate: no object's name has a slash.
    public static String library(String name, boolean clusterScope) {
        return clusterScope ? CLUSTER + name : name;
    }

    /// Whether a [#library] is a ClusterWorkflowTemplate.
    public static boolean clusterWide(String library) {
        return library.startsWith(CLUSTER);
    }

    /// The object's own name of a [#library].
    public static String nameOf(String library) {
        return clusterWide(library) ? library.substring(CLUSTER.length()) : library;
    }

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
