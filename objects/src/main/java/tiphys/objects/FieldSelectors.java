package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Reads field selectors: `metadata.name=x,status.phase!=Running`.
final class FieldSelectors {
    private static final Set<String> FIELDS =
            Set.of(
                    "metadata.name",
                    "metadata.namespace",
                    "status.phase",
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.serviceAccountName",
                    "involvedObject.apiVersion",
                    "involvedObject.fieldPath",
                    "involvedObject.kind",
                    "involvedObject.name",
                    "involvedObject.namespace",
                    "involvedObject.resourceVersion",
                    "involvedObject.uid",
                    "reason",
                    "type");

    private FieldSelectors() {}

    /// One field that must have, or must not have, a value; an absent field is empty.
    record Clause(String field, boolean negated, String value) implements Predicate<ApiObject> {
        @Override
        public boolean test(ApiObject object) {
            return text(object).equals(value) != negated;
        }

        private String text(ApiObject object) {
            int dot = field.indexOf('.');
            return (dot < 0
                            ? object.json().textAt(field)
                            : object.json()
                                    .find(field.substring(0, dot))
                                    .flatMap(part -> part.textAt(field.substring(dot + 1))))
                    .orElse("");
        }
    }

    static List<Predicate<ApiObject>> parse(String selector) {
        var clauses = new ArrayList<Predicate<ApiObject>>();
        for (var term : terms(selector)) {
            if (!term.isEmpty()) {
                clauses.add(clause(selector, term));
            }
        }
        return clauses;
    }

    private static Clause clause(String selector, String term) {
        for (int i = 0; i < term.length(); i++) {
            if (term.charAt(i) == '\\') {
                i++;
            } else if (term.startsWith("!=", i)) {
                return clause(term.substring(0, i), true, term.substring(i + 2));
            } else if (term.startsWith("==", i)) {
                return clause(term.substring(0, i), false, term.substring(i + 2));
            } else if (term.charAt(i) == '=') {
                return clause(term.substring(0, i), false, term.substring(i + 1));
            }
        }
        throw Refusal.badRequest("invalid selector: '" + selector + "'; can't understand '" + term + "'");
    }

    private static Clause clause(String field, boolean negated, String value) {
        if (!FIELDS.contains(field)) {
            throw Refusal.badRequest("field label not supported: " + field);
        }
        return new Clause(field, negated, unescaped(value));
    }

    private static String unescaped(String value) {
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char here = value.charAt(i);
            if (here == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    throw Refusal.badRequest("invalid field selector: invalid escape sequence in \"" + value + "\"");
                }
                text.append(value.charAt(i));
            } else if (here == '=') {
                throw Refusal.badRequest("invalid field selector: unescaped character in \"" + value + "\": =");
            } else {
                text.append(here);
            }
        }
        return text.toString();
    }

    private static List<String> terms(String selector) {
        var terms = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < selector.length(); i++) {
            if (selector.charAt(i) == '\\') {
                i++;
            } else if (selector.charAt(i) == ',') {
                terms.add(selector.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(selector.substring(start));
        return terms;
    }
}
