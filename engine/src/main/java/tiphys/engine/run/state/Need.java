package tiphys.engine.run.state;

/// A fact from outside that a run asks for before it starts.
public sealed interface Need {
    /// The namespace to look in.
    String namespace();

    /// The spec of a WorkflowTemplate.
    record Template(String namespace, String name) implements Need {}

    /// The value of a ConfigMap's key.
    record ConfigMapKey(String namespace, String name, String key) implements Need {}

    /// What the executor cannot honour of what is known of the steps before they run ([Run#probes]): a list of sentences.
    record Fitness(String namespace) implements Need {}
}
