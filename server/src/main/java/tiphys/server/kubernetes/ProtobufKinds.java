package tiphys.server.kubernetes;

import static tiphys.server.kubernetes.ProtobufKinds.Type.BYTES;
import static tiphys.server.kubernetes.ProtobufKinds.Type.NUMBER;
import static tiphys.server.kubernetes.ProtobufKinds.Type.NUMBER_OR_TEXT;
import static tiphys.server.kubernetes.ProtobufKinds.Type.TEXT;
import static tiphys.server.kubernetes.ProtobufKinds.Type.TRUTH;

import java.util.HashMap;
import java.util.Map;

/// The numbers of the fields, from Kubernetes' `generated.proto` files, of the kinds that are read from protobuf. Fields that
/// are not named here are left out.
final class ProtobufKinds {
    enum Type {
        TEXT,
        BYTES,
        NUMBER,
        TRUTH,
        NUMBER_OR_TEXT
    }

    /// How one field becomes JSON.
    sealed interface Field {}

    record Scalar(String name, Type type) implements Field {}

    record Texts(String name) implements Field {}

    record One(String name, Message message) implements Field {}

    record Many(String name, Message message) implements Field {}

    /// A map from texts.
    record Mapped(String name, Type type) implements Field {}

    record Message(Map<Integer, Field> fields) {
        static Message of(Object... numbersAndFields) {
            var fields = new HashMap<Integer, Field>();
            for (int i = 0; i < numbersAndFields.length; i += 2) {
                fields.put((Integer) numbersAndFields[i], (Field) numbersAndFields[i + 1]);
            }
            return new Message(Map.copyOf(fields));
        }
    }

    private static final Message OWNER =
            Message.of(
                    1, text("kind"),
                    3, text("name"),
                    4, text("uid"),
                    5, text("apiVersion"),
                    6, new Scalar("controller", TRUTH),
                    7, new Scalar("blockOwnerDeletion", TRUTH));

    private static final Message METADATA =
            Message.of(
                    1, text("name"),
                    2, text("generateName"),
                    3, text("namespace"),
                    5, text("uid"),
                    6, text("resourceVersion"),
                    11, new Mapped("labels", TEXT),
                    12, new Mapped("annotations", TEXT),
                    13, new Many("ownerReferences", OWNER),
                    14, new Texts("finalizers"));

    private static final Field META = new One("metadata", METADATA);

    private static final Message REFERENCE =
            Message.of(
                    1, text("kind"),
                    2, text("namespace"),
                    3, text("name"),
                    4, text("uid"),
                    5, text("apiVersion"),
                    6, text("resourceVersion"),
                    7, text("fieldPath"));

    private static final Message PORT =
            Message.of(
                    1,
                    text("name"),
                    2,
                    text("protocol"),
                    3,
                    new Scalar("port", NUMBER),
                    4,
                    new Scalar("targetPort", NUMBER_OR_TEXT),
                    5,
                    new Scalar("nodePort", NUMBER),
                    6,
                    text("appProtocol"));

    private static final Message SERVICE_SPEC =
            Message.of(
                    1,
                    new Many("ports", PORT),
                    2,
                    new Mapped("selector", TEXT),
                    3,
                    text("clusterIP"),
                    4,
                    text("type"),
                    5,
                    new Texts("externalIPs"),
                    10,
                    text("externalName"));

    private static final Message RULE =
            Message.of(
                    1, new Texts("verbs"),
                    2, new Texts("apiGroups"),
                    3, new Texts("resources"),
                    4, new Texts("resourceNames"),
                    5, new Texts("nonResourceURLs"));

    private static final Message SUBJECT =
            Message.of(1, text("kind"), 2, text("apiGroup"), 3, text("name"), 4, text("namespace"));

    private static final Message ROLE = Message.of(1, META, 2, new Many("rules", RULE));

    private static final Message BINDING =
            Message.of(
                    1, META,
                    2, new Many("subjects", SUBJECT),
                    3, new One("roleRef", Message.of(1, text("apiGroup"), 2, text("kind"), 3, text("name"))));

    private static final Message ACCESS =
            Message.of(
                    1,
                    new One(
                            "resourceAttributes",
                            Message.of(
                                    1, text("namespace"),
                                    2, text("verb"),
                                    3, text("group"),
                                    4, text("version"),
                                    5, text("resource"),
                                    6, text("subresource"),
                                    7, text("name"))),
                    2,
                    new One("nonResourceAttributes", Message.of(1, text("path"), 2, text("verb"))));

    private static final Message DELETE_OPTIONS =
            Message.of(
                    1, new Scalar("gracePeriodSeconds", NUMBER),
                    2, new One("preconditions", Message.of(1, text("uid"), 2, text("resourceVersion"))),
                    4, text("propagationPolicy"),
                    5, new Texts("dryRun"));

    static final Map<String, Message> ALL =
            Map.ofEntries(
                    Map.entry(
                            "Namespace",
                            Message.of(1, META, 2, new One("spec", Message.of(1, new Texts("finalizers"))))),
                    Map.entry(
                            "ConfigMap",
                            Message.of(
                                    1, META,
                                    2, new Mapped("data", TEXT),
                                    3, new Mapped("binaryData", BYTES),
                                    4, new Scalar("immutable", TRUTH))),
                    Map.entry(
                            "Secret",
                            Message.of(
                                    1, META,
                                    2, new Mapped("data", BYTES),
                                    3, text("type"),
                                    4, new Mapped("stringData", TEXT),
                                    5, new Scalar("immutable", TRUTH))),
                    Map.entry(
                            "ServiceAccount",
                            Message.of(
                                    1, META,
                                    2, new Many("secrets", REFERENCE),
                                    3, new Many("imagePullSecrets", Message.of(1, text("name"))),
                                    4, new Scalar("automountServiceAccountToken", TRUTH))),
                    Map.entry("Service", Message.of(1, META, 2, new One("spec", SERVICE_SPEC))),
                    Map.entry("Role", ROLE),
                    Map.entry("ClusterRole", ROLE),
                    Map.entry("RoleBinding", BINDING),
                    Map.entry("ClusterRoleBinding", BINDING),
                    Map.entry("SelfSubjectAccessReview", Message.of(1, META, 2, new One("spec", ACCESS))),
                    Map.entry(
                            "SelfSubjectRulesReview",
                            Message.of(1, META, 2, new One("spec", Message.of(1, text("namespace"))))),
                    Map.entry("SelfSubjectReview", Message.of(1, META)),
                    Map.entry("DeleteOptions", DELETE_OPTIONS));

    private ProtobufKinds() {}

    private static Field text(String name) {
        return new Scalar(name, TEXT);
    }
}
