package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Reads label selectors in Kubernetes' grammar: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`,
/// `a<1`, joined by commas.
final class LabelSelectors {
    private static final String SPECIAL = "=!(),><";
    private static final String END = "";

    private final List<String> tokens;
    private int at;

    private LabelSelectors(List<String> tokens) {
        this.tokens = tokens;
    }

    /// A label whose value is one of some, or none of them; an absent label is none of them.
    private record In(String label, boolean negated, Set<String> values) implements Predicate<ApiObject> {
        @Override
        public boolean test(ApiObject object) {
            var value = object.labels().get(label);
            return (value != null && values.contains(value)) != negated;
        }
    }

    /// A label that is there, or is not.
    private record Exists(String label, boolean negated) implements Predicate<ApiObject> {
        @Override
        public boolean test(ApiObject object) {
            return object.labels().containsKey(label) != negated;
        }
    }

    /// A label whose value is a whole number beyond a bound.
    private record Beyond(String label, boolean greater, long bound) implements Predicate<ApiObject> {
        @Override
        public boolean test(ApiObject object) {
            var value = object.labels().getOrDefault(label, "");
            if (!isNumber(value)) {
                return false;
            }
            long number = Long.parseLong(value);
            return greater ? number > bound : number < bound;
        }
    }

    static List<Predicate<ApiObject>> parse(String selector) {
        return new LabelSelectors(tokens(selector)).requirements();
    }

    private static List<String> tokens(String selector) {
        var tokens = new ArrayList<String>();
        int i = 0;
        while (i < selector.length()) {
            char here = selector.charAt(i);
            int start = i++;
            if (" \t\r\n".indexOf(here) >= 0) {
                continue;
            }
            if (SPECIAL.indexOf(here) < 0) {
                while (i < selector.length() && (SPECIAL + " \t\r\n").indexOf(selector.charAt(i)) < 0) {
                    i++;
                }
            } else if ((here == '=' || here == '!') && i < selector.length() && selector.charAt(i) == '=') {
                i++;
            }
            tokens.add(selector.substring(start, i));
        }
        return tokens;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    private String next() {
        var token = peek();
        at++;
        return token;
    }

    private List<Predicate<ApiObject>> requirements() {
        var clauses = new ArrayList<Predicate<ApiObject>>();
        if (peek().equals(END)) {
            return clauses;
        }
        while (true) {
            clauses.add(requirement());
            var token = next();
            if (token.equals(END)) {
                return clauses;
            }
            if (!token.equals(",")) {
                throw unparsable(token, "',' or 'end of string'");
            }
            if (!isWord(peek()) && !peek().equals("!")) {
                throw unparsable(peek(), "identifier after ','");
            }
        }
    }

    private Predicate<ApiObject> requirement() {
        boolean absent = peek().equals("!");
        if (absent) {
            next();
        }
        var label = next();
        if (!isWord(label)) {
            throw unparsable(label, "identifier");
        }
        checkKey(label);
        if (absent || peek().equals(END) || peek().equals(",")) {
            return new Exists(label, absent);
        }
        var operator = next();
        return switch (operator) {
            case "=", "==" -> new In(label, false, Set.of(value(label)));
            case "!=" -> new In(label, true, Set.of(value(label)));
            case "in" -> new In(label, false, values(label));
            case "notin" -> new In(label, true, values(label));
            case ">" -> new Beyond(label, true, bound(label));
            case "<" -> new Beyond(label, false, bound(label));
            default -> throw unparsable(operator, "in, notin, =, ==, !=, gt, lt");
        };
    }

    private String value(String label) {
        if (peek().equals(END) || peek().equals(",")) {
            return "";
        }
        var value = next();
        if (!isWord(value)) {
            throw unparsable(value, "identifier");
        }
        return checkedValue(label, value);
    }

    private long bound(String label) {
        var value = value(label);
        if (!isNumber(value)) {
            throw Refusal.badRequest(
                    "unable to parse requirement: values[0]["
                            + label
                            + "]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return Long.parseLong(value);
    }

    private Set<String> values(String label) {
        var open = next();
        if (!open.equals("(")) {
            throw unparsable(open, "'('");
        }
        var values = new TreeSet<String>();
        boolean wanting = true;
        while (true) {
            var token = next();
            if (token.equals(")")) {
                if (wanting) {
                    values.add("");
                }
                return values;
            }
            if (token.equals(",")) {
                if (wanting) {
                    values.add("");
                }
                wanting = true;
            } else if (isWord(token) && wanting) {
                values.add(checkedValue(label, token));
                wanting = false;
            } else {
                throw unparsable(token, wanting ? "identifier" : "',', or ')'");
            }
        }
    }

    private static boolean isWord(String token) {
        return !token.equals(END) && SPECIAL.indexOf(token.charAt(0)) < 0;
    }

    private static boolean isNumber(String value) {
        return value.matches("[-+]?[0-9]{1,18}");
    }

    private static void checkKey(String label) {
        var flaws = Names.qualifiedFlaws(label);
        if (!flaws.isEmpty()) {
            throw Refusal.badRequest(
                    "unable to parse requirement: key: Invalid value: \"" + label + "\": " + String.join("; ", flaws));
        }
    }

    private static String checkedValue(String label, String value) {
        var flaws = Names.labelValueFlaws(value);
        if (!flaws.isEmpty()) {
            throw Refusal.badRequest(
                    "unable to parse requirement: values[0]["
                            + label
                            + "]: Invalid value: \""
                            + value
                            + "\": "
                            + String.join("; ", flaws));
        }
        return value;
    }

    private static Refusal unparsable(String found, String expected) {
        return Refusal.badRequest("unable to parse requirement: found '" + found + "', expected: " + expected);
    }
}
