package tiphys.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.objects.Objects.FieldValidation;

class AdmissionTest {
    private static final Admission.Stamp STAMP =
            new Admission.Stamp("uid-1", "bcdfg", Instant.parse("2026-01-02T12:00:00.5Z"));

    private final Admission admission = new Admission(_ -> List.of());

    private static ApiObject object(String kind, String json) {
        var type = ResourceTypes.ALL.stream().filter(known -> known.kind().equals(kind)).findFirst().orElseThrow();
        return new ApiObject(type, (Value.Mapping) Json.parse(json));
    }

    private ApiObject created(String kind, String json) {
        return admission.create(object(kind, json), STAMP, FieldValidation.WARN).object();
    }

    private String changed(ApiObject before, String json) {
        return Rows.said(() ->
                Json.write(
                        admission
                                .update(before, object(before.type().kind(), json), FieldValidation.WARN)
                                .object()
                                .json()));
    }

    @ParameterizedTest
    @MethodSource("newcomers")
    void a_new_object_is_let_in_or_refused_in_Kubernetes_words(Rows row) {
        int space = row.what().indexOf(' ');

        assertThat(
                        Rows.said(() -> {
                            var _ = created(row.what().substring(0, space), row.what().substring(space + 1));
                            return "ok";
                        }))
                .isEqualTo(row.result());
    }

    static Stream<Rows> newcomers() {
        return Rows.of("admission.txt");
    }

    @Test
    void what_only_the_server_writes_is_its_own() {
        var object =
                created(
                        "Workflow",
                        """
                        {"metadata":{"name":"a","uid":"mine","creationTimestamp":null,"managedFields":[{}],"generation":9,
                        "labels":{},"deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{},"status":{"phase":"Succeeded"}}\
                        """);

        assertThat(Json.write(object.json()))
                .isEqualTo(
                        "{\"metadata\":{\"name\":\"a\",\"uid\":\"uid-1\",\"creationTimestamp\":\"2026-01-02T12:00:00Z\","
                                + "\"generation\":1,\"namespace\":\"default\"},\"spec\":{},"
                                + "\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Workflow\"}");
    }

    @Test
    void a_secret_keeps_its_plain_texts_encoded() {
        var secret =
                created(
                        "Secret",
                        "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"YQ==\\n\",\"b\":\"Yg==\"},\"stringData\":{\"b\":\"ü\"}}");

        assertThat(secret.json().mapAt("data")).isEqualTo(Value.object("a", "YQ==", "b", "w7w="));
        assertThat(secret.json().find("stringData")).isEmpty();
        assertThat(secret.json().textAt("type")).contains("Opaque");
    }

    @Test
    void a_binding_gets_the_group_of_roles() {
        var binding =
                created(
                        "RoleBinding",
                        """
                        {"metadata":{"name":"a"},"roleRef":{"kind":"Role","name":"r"},
                        "subjects":[{"kind":"User","name":"ann"},{"kind":"ServiceAccount","name":"s","namespace":"n"}]}\
                        """);

        assertThat(binding.json().textAt("roleRef", "apiGroup")).contains("rbac.authorization.k8s.io");
        assertThat(binding.json().listAt("subjects"))
                .containsExactly(
                        Value.object("kind", "User", "name", "ann", "apiGroup", "rbac.authorization.k8s.io"),
                        Value.object("kind", "ServiceAccount", "name", "s", "namespace", "n"));
    }

    @Test
    void an_equal_object_is_the_one_before() {
        var before =
                created("Workflow", "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":1}}")
                        .withMetadata("resourceVersion", Value.text("7"));

        var after =
                admission.update(
                        before,
                        object("Workflow", "{\"metadata\":{\"name\":\"a\",\"labels\":null},\"spec\":{\"x\":1.0}}"),
                        FieldValidation.WARN);

        assertThat(after.object()).isSameAs(before);
    }

    @Test
    void a_change_cannot_make_another_object_of_it() {
        var before = created("Workflow", "{\"metadata\":{\"name\":\"a\"}}");

        assertThat(changed(before, "{\"metadata\":{\"name\":\"b\"}}"))
                .isEqualTo("400 BadRequest the name of the object (b) does not match the name on the URL (a)");
        assertThat(changed(before, "{\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"}}"))
                .isEqualTo(
                        "400 BadRequest the namespace of the object (b) does not match the namespace on the request "
                                + "(default)");
        assertThat(changed(before, "{\"metadata\":{\"name\":\"a\",\"uid\":\"b\"}}"))
                .isEqualTo(
                        "409 Conflict Operation cannot be fulfilled on workflows.argoproj.io \"a\": Precondition failed: "
                                + "UID in precondition: b, UID in object meta: uid-1");
    }

    @Test
    void what_is_immutable_stays() {
        var frozen = created("ConfigMap", "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"},\"immutable\":true}");
        var secret = created("Secret", "{\"metadata\":{\"name\":\"a\"},\"type\":\"x\"}");
        var binding =
                created(
                        "RoleBinding",
                        "{\"metadata\":{\"name\":\"a\"},\"roleRef\":{\"kind\":\"Role\",\"name\":\"r\"}}");

        assertThat(changed(frozen, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"w\"},\"immutable\":true}"))
                .isEqualTo(
                        "422 Invalid ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is "
                                + "set");
        assertThat(changed(secret, "{\"metadata\":{\"name\":\"a\"},\"type\":\"y\"}"))
                .isEqualTo("422 Invalid Secret \"a\" is invalid: type: Invalid value: \"y\": field is immutable");
        assertThat(changed(binding, "{\"metadata\":{\"name\":\"a\"},\"roleRef\":{\"kind\":\"Role\",\"name\":\"s\"}}"))
                .isEqualTo(
                        "422 Invalid RoleBinding.rbac.authorization.k8s.io \"a\" is invalid: roleRef: Invalid value: "
                                + "rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"s\"}: cannot "
                                + "change roleRef");
    }

    @Test
    void a_changed_object_is_not_blamed_for_what_was_there_before() {
        var strict =
                new Admission(object ->
                        object.spec().fields().keySet().stream()
                                .map(field ->
                                        Diagnostic.error(
                                                "TIP-1101",
                                                "unknown field \"spec." + field + "\"",
                                                Position.NONE,
                                                "spec." + field))
                                .toList());
        var before = created("Workflow", "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"old\":1}}");

        var kept =
                strict.update(
                        before,
                        object(
                                "Workflow",
                                "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}},\"spec\":{\"old\":1}}"),
                        FieldValidation.STRICT);
        var refused =
                Rows.said(() ->
                        strict.update(
                                        before,
                                        object(
                                                "Workflow",
                                                "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"old\":1,\"new\":2}}"),
                                        FieldValidation.STRICT)
                                .toString());

        assertThat(kept.warnings()).isEmpty();
        assertThat(refused)
                .isEqualTo(
                        "400 BadRequest Workflow in version \"v1alpha1\" cannot be handled as a Workflow: strict decoding "
                                + "error: unknown field \"spec.new\"");
    }

    @Test
    void a_field_of_the_wrong_type_is_refused_however_fields_are_validated() {
        var typed =
                new Admission(_ ->
                        List.of(
                                Diagnostic.error(
                                        "TIP-1102",
                                        "a string was expected, found a number",
                                        Position.NONE,
                                        "spec.entrypoint"),
                                Diagnostic.error("TIP-1103", "the field is missing", Position.NONE, "spec.templates")));

        assertThat(
                        Rows.said(() ->
                                typed.create(
                                                object("Workflow", "{\"metadata\":{\"name\":\"a\"}}"),
                                                STAMP,
                                                FieldValidation.IGNORE)
                                        .toString()))
                .isEqualTo(
                        "422 Invalid Workflow.argoproj.io \"a\" is invalid: [spec.entrypoint: Invalid value: a string was "
                                + "expected, found a number, spec.templates: Required value]");
    }

    @Test
    void a_manifest_of_an_unknown_kind_is_named() {
        assertThat(
                        Rows.said(() ->
                                ApiObject.of(Json.parse("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"}"))
                                        .toString()))
                .isEqualTo("404 NotFound no matches for kind \"Deployment\" in version \"apps/v1\"");
        assertThat(Rows.said(() -> ApiObject.of(Json.parse("{\"a\":1}")).toString()))
                .isEqualTo("400 BadRequest Object 'Kind' is missing in '{\"a\":1}'");
    }

    @Test
    void an_object_belongs_to_the_namespace_of_its_request() {
        var object = object("Workflow", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"}}");

        assertThat(Admission.inNamespace(object, "b").namespace()).isEqualTo("b");
        assertThat(Rows.said(() -> Admission.inNamespace(object, "c").toString()))
                .isEqualTo(
                        "400 BadRequest the namespace of the provided object does not match the namespace sent on the "
                                + "request");
    }
}
