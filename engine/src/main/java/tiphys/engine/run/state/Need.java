package tiphys.engine.run.state;

import tiphys.manifest.workflow.TemplateRef;

/// A fact from outside that a run asks for before it starts.
public sealed interface Need {
    /// The namespace to look in; empty for what belongs to none.
    String namespace();

    /// The spec of a WorkflowTemplate, or, without a namespace, of a ClusterWorkflowTemplate.
    record Template(String namespace, String name) implements Need {
        /// The need of what tables of templates have under a name: [TemplateRef#library].
        public static Template of(String namespace, String library) {
            return new Template(TemplateRef.clusterWide(library) ? "" : namespace, TemplateRef.nameOf(library));
        }

        /// Whether it is a ClusterWorkflowTemplate.
        public boolean clusterWide() {
            return namespace.isEmpty();
        }

        /// The name under which tables of templates have it.
        public String library() {
            return TemplateRef.library(name, clusterWide());
        }
    }

    /// The value of a ConfigMap's key.
    record ConfigMapKey(String namespace, String name, String key) implements Need {}

    /// The artifact repository that the run's artifacts are kept in. The answer is an object: the repository's fields in
    /// `artifactRepository`, where it stands in the others, as Argo's status shows it; none for this server's own store.
    ///
    /// @param configMap as the workflow names it; empty for the usual one
    /// @param key as the workflow names it; empty for the ConfigMap's own choice
    record Repository(String namespace, String configMap, String key) implements Need {}

    /// What every Workflow has unless it says otherwise: `workflowDefaults` of the controller's ConfigMap. The answer is a Workflow
    /// without a name; a text says why it cannot be read.
    record Defaults(String namespace) implements Need {}

    /// What the executor cannot honour of what is known of the steps before they run ([Run#probes]): a list of sentences.
    record Fitness(String namespace) implements Need {}
}
