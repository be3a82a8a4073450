package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which objects of a list are meant: label and field selectors, all of which must hold.
public record Selector(List<Predicate<ApiObject>> clauses) {
    public static final Selector ALL = new Selector(List.of());

    public Selector {
        clauses = List.copyOf(clauses);
    }

    /// The selector that a request's `labelSelector` and `fieldSelector` say.
    ///
    /// @throws Refusal if they do not follow Kubernetes' grammar, or name a field that cannot be selected by
    public static Selector parse(String labelSelector, String fieldSelector) {
        if (labelSelector.isEmpty() && fieldSelector.isEmpty()) {
            return ALL;
        }
        var clauses = new ArrayList<Predicate<ApiObject>>();
        for (var requirement : LabelRequirement.parse(labelSelector)) {
            clauses.add(object -> requirement.matches(label -> Optional.ofNullable(object.labels().get(label))));
        }
        clauses.addAll(FieldSelectors.parse(fieldSelector));
        return new Selector(clauses);
    }

    /// Whether the object is meant.
    public boolean matches(ApiObject object) {
        return clauses.stream().allMatch(clause -> clause.test(object));
    }

    /// The only name that can match, if the selector says one: then a look-up does for a list.
    public Optional<String> name() {
        return clauses.stream()
                .filter(clause ->
                        clause instanceof FieldSelectors.Clause(var field, var negated, _)
                                && field.equals("metadata.name")
                                && !negated)
                .map(clause -> ((FieldSelectors.Clause) clause).value())
                .findFirst();
    }
}
