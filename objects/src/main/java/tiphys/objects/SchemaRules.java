package tiphys.objects;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tiphys.manifest.Diagnostic;

/// What the findings of a kind's schema mean for a write: a refusal, or warnings.
final class SchemaRules {
    /// The code of the finding `unknown field "spec.foo"`.
    private static final String UNKNOWN_FIELD = "TIP-1101";

    /// The code of the finding that a required field is absent.
    private static final String MISSING = "TIP-1103";

    /// The code of the finding that a word is not among those that a field knows.
    private static final String UNSUPPORTED = "TIP-1104";

    /// The codes of findings whose messages are Kubernetes' own: outside of limits, there twice, excluding one another.
    private static final String LIMITS = "TIP-1105";

    private static final String TWICE = "TIP-1106";
    private static final String EXCLUDED = "TIP-1107";

    private final Function<ApiObject, List<Diagnostic>> schema;

    SchemaRules(Function<ApiObject, List<Diagnostic>> schema) {
        this.schema = schema;
    }

    /// The warnings of a new object.
    List<String> check(ApiObject object, Objects.FieldValidation fields) {
        return check(object, Optional.empty(), fields);
    }

    /// The warnings of a changed object. What was there before the change is no fault of it.
    List<String> check(ApiObject object, Optional<ApiObject> before, Objects.FieldValidation fields) {
        var findings = find(object);
        if (findings.isEmpty()) {
            return List.of();
        }
        var known = new HashSet<String>();
        before.ifPresent(old -> find(old).forEach(finding -> known.add(finding.message())));
        var unknown = new ArrayList<String>();
        var warnings = new ArrayList<String>();
        var causes = new ArrayList<Refusal.Cause>();
        for (var finding : findings) {
            if (known.contains(finding.message())) {
                continue;
            }
            if (finding.severity() == Diagnostic.Severity.WARNING) {
                warnings.add(finding.message());
            } else if (finding.code().equals(UNKNOWN_FIELD)) {
                unknown.add(finding.message());
            } else if (finding.code().equals(MISSING)) {
                causes.add(Refusal.Cause.required(finding.path(), ""));
            } else if (finding.code().equals(UNSUPPORTED)) {
                causes.add(new Refusal.Cause("FieldValueNotSupported", finding.message(), finding.path()));
            } else if (finding.code().equals(TWICE)) {
                causes.add(new Refusal.Cause("FieldValueDuplicate", finding.message(), finding.path()));
            } else if (finding.code().equals(LIMITS) || finding.code().equals(EXCLUDED)) {
                causes.add(new Refusal.Cause("FieldValueInvalid", finding.message(), finding.path()));
            } else {
                causes.add(
                        new Refusal.Cause(
                                "FieldValueTypeInvalid", "Invalid value: " + finding.message(), finding.path()));
            }
        }
        if (!unknown.isEmpty() && fields == Objects.FieldValidation.STRICT) {
            throw MetadataRules.unreadable(object.type(), "strict decoding error: " + String.join(", ", unknown));
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalid(object.type(), object.name(), causes);
        }
        return switch (fields) {
            case IGNORE -> List.of();
            case STRICT -> warnings;
            case WARN -> Stream.concat(warnings.stream(), unknown.stream()).toList();
        };
    }

    /// The status is the server's own and not judged.
    private List<Diagnostic> find(ApiObject object) {
        return schema.apply(new ApiObject(object.type(), object.json().without("status")));
    }
}
