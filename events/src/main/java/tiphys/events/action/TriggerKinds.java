package tiphys.events.action;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.spec.SupportedFields;
import tiphys.manifest.schema.FieldClaims;

/// The types of triggers that a program has.
public final class TriggerKinds {
    /// The type that creates objects, which is known without a kind: it may do more with one.
    public static final String K8S = "k8s";

    /// Argo's order: the first that a template has counts.
    private static final List<String> ORDER =
            List.of(
                    K8S,
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

    /// What is claimed of the types that several kinds have.
    private static final String SHARED =
            """
            events.SASLConfig honoured mechanism userSecret passwordSecret
            events.SchemaRegistryConfig honoured url schemaId auth
            events.SecureHeader honoured name valueFrom
            events.ValueFromSource honoured secretKeyRef configMapKeyRef
            core.ConfigMapKeySelector honoured key
            core.ConfigMapKeySelector ignored optional : what is not there is told anyway
            """;

    /// None but the creation of objects.
    public static final TriggerKinds NONE = new TriggerKinds(List.of());

    private final Map<String, TriggerKind> byKey = new LinkedHashMap<>();
    private final FieldClaims claims;

    /// @throws IllegalStateException if two claim the same
    public TriggerKinds(List<TriggerKind> kinds) {
        for (var kind : kinds) {
            if (byKey.put(kind.key(), kind) != null) {
                throw new IllegalStateException("there are two kinds of triggers called " + kind.key());
            }
        }
        var own =
                kinds.stream()
                        .map(kind ->
                                (kind.key().equals(K8S) ? "" : "events.TriggerTemplate honoured " + kind.key() + "\n")
                                        + kind.claims())
                        .collect(Collectors.joining("\n"));
        claims = SupportedFields.CLAIMS.with(SHARED + own);
    }

    /// The keys of every type that Argo has, in the order in which it looks for them.
    public static List<String> keys() {
        return ORDER;
    }

    /// All of them.
    public List<TriggerKind> all() {
        return List.copyOf(byKey.values());
    }

    /// The kind with that key in a trigger's template.
    public Optional<TriggerKind> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// What is claimed of Sensors with these kinds.
    public FieldClaims claims() {
        return claims;
    }
}
