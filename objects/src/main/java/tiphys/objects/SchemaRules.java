package tiphys.objects;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// What the findings of a kind's schema mean for a write: a refusal, or warnings.
final class SchemaRules {
    /// The code of the finding `unknown field "spec.foo"`.
    private static final String UNKNOWN_FIELD = "TIP-1101";

    /// The code of the finding that a required field is absent.
    private static final String MISSING = "TIP-1103";

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
            if (finding.code().equals(UNKNOWN_FIELD)) {
                unknown.add(finding.message());
            } else if (finding.severity() == Diagnostic.Severity.WARNING) {
                warnings.add(finding.message());
            } else if (finding.code().equals(MISSING)) {
                causes.add(Refusal.Cause.required(finding.path(), ""));
            } else {
                causes.add(
                        new Refusal.Cause(
                                "FieldValueTypeInvalid", "Invalid value: " + finding.message(), finding.path()));
            }
        }
        if (!unknown.isEmpty() && fields == Objects.FieldValidation.STRICT) {
            throw strict(object, before, unknown);
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalid(object.type(), object.name(), causes);
        }
        if (fields == Objects.FieldValidation.WARN) {
            warnings.addAll(unknown);
        }
        return warnings;
    }

    /// The status is the server's own and not judged.
    private List<Diagnostic> find(ApiObject object) {
        return schema.apply(new ApiObject(object.type(), object.json().without("status")));
    }

    private static Refusal strict(ApiObject object, Optional<ApiObject> before, List<String> unknown) {
        var why = "strict decoding error: " + String.join(", ", unknown);
        return before.isPresent()
                ? Refusal.invalidPatch(shortened(object.json()), why)
                : MetadataRules.unreadable(object.type(), why);
    }

    private static String shortened(Value json) {
        var text = tiphys.manifest.Json.write(json);
        return text.length() > 1000 ? text.substring(0, 1000) + "…" : text;
    }
}
