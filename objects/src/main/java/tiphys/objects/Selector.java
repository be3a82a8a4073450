package tiphys.objects;

import java.util.List;
import java.util.function.Predicate;

/// Which objects of a list are meant: label and field selectors, all of which must hold.
public record Selector(List<Predicate<ApiObject>> clauses) {
    public static final Selector ALL = new Selector(List.of());

    public Selector {
        clauses = List.copyOf(clauses);
    }

    /// Whether the object is meant.
    public boolean matches(ApiObject object) {
        return clauses.stream().allMatch(clause -> clause.test(object));
    }
}
