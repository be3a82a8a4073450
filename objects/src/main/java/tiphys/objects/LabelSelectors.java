package tiphys.objects;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tiphys.objects.LabelRequirement.Operator;

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

    static List<LabelRequirement> parse(String selector) {
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

    private List<LabelRequirement> requirements() {
        var clauses = new ArrayList<LabelRequirement>();
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

    private LabelRequirement requirement() {
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
            return of(label, absent ? Operator.ABSENT : Operator.EXISTS, List.of());
        }
        var operator = next();
        return switch (operator) {
            case "=" -> of(label, Operator.EQUALS, List.of(value(label)));
            case "==" -> of(label, Operator.DOUBLE_EQUALS, List.of(value(label)));
            case "!=" -> of(label, Operator.NOT_EQUALS, List.of(value(label)));
            case "in" -> of(label, Operator.IN, values(label));
            case "notin" -> of(label, Operator.NOT_IN, values(label));
            case ">" -> of(label, Operator.GREATER, List.of(bound(label)));
            case "<" -> of(label, Operator.LESS, List.of(bound(label)));
            default -> throw unparsable(operator, "in, notin, =, ==, !=, gt, lt");
        };
    }

    private static LabelRequirement of(String label, Operator operator, Collection<String> values) {
        return new LabelRequirement(label, operator, List.copyOf(values));
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

    private String bound(String label) {
        var value = value(label);
        if (!LabelRequirement.number(value)) {
            throw Refusal.badRequest(
                    "unable to parse requirement: values[0]["
                            + label
                            + "]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return value;
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
