package tiphys.language.gjson;

import tiphys.language.Budget;
import tiphys.language.gotext.GoNumber;
import tiphys.language.gotext.GoText;

/// A query in a gjson path: `#(name=="x")` for the first match, `#(…)#` for all; also with square brackets.
///
/// @param asked whether there is a query
/// @param left the path into each item; empty for the item itself
/// @param operator empty if the left one only has to be there
/// @param right what it is compared to, without quotes
/// @param all whether every match is meant
/// @param length how much of the path it takes; 0 if the path has a query that does not end (it asks for anything then)
record GjsonQuery(boolean asked, String left, String operator, String right, boolean all, int length) {
    static final GjsonQuery NONE = new GjsonQuery(false, "", "", "", false, 0);

    private static final GjsonQuery ENDLESS = new GjsonQuery(true, "", "", "", false, 0);

    /// The query that a path begins with.
    static GjsonQuery read(String path) {
        int operator = 0;
        int depth = 1;
        boolean escaped = false;
        int i = 2;
        for (; i < path.length(); i++) {
            char c = path.charAt(i);
            if (depth == 1 && operator == 0 && "!=<>%".indexOf(c) >= 0) {
                operator = i;
            } else if (c == '\\') {
                i++;
            } else if (c == '[' || c == '(') {
                depth++;
            } else if (c == ']' || c == ')') {
                depth--;
                if (depth == 0) {
                    break;
                }
            } else if (c == '"') {
                int end = GjsonPart.quoteEnd(path, i);
                escaped |= path.indexOf('\\', i, Math.min(end, path.length())) >= 0;
                i = end;
            }
        }
        if (depth > 0) {
            return ENDLESS;
        }
        boolean all = path.startsWith("#", i + 1);
        if (operator == 0) {
            return new GjsonQuery(true, trimmed(path, 2, i), "", "", all, i + 1);
        }
        var compared = trimmed(path, operator, i);
        int length = operatorLength(compared);
        var right = trimmed(compared, length, compared.length());
        if (right.length() >= 2 && right.startsWith("\"") && right.endsWith("\"")) {
            right = right.substring(1, right.length() - 1);
            right = escaped ? JsonScan.unescaped(right, 0, right.length()) : right;
        }
        var symbol = compared.substring(0, length);
        return new GjsonQuery(true, trimmed(path, 2, operator), symbol.equals("==") ? "=" : symbol, right, all, i + 1);
    }

    private static int operatorLength(String compared) {
        if (compared.length() == 1) {
            return 1;
        }
        char second = compared.charAt(1);
        return switch (compared.charAt(0)) {
            case '!' -> second == '=' || second == '%' ? 2 : 0;
            case '%' -> 1;
            default -> second == '=' ? 2 : 1;
        };
    }

    private static String trimmed(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && text.charAt(start) <= ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) <= ' ') {
            end--;
        }
        return text.substring(start, end);
    }

    /// Whether what an item has at the left path matches.
    boolean matches(Found found, Budget budget) {
        if (right.startsWith("~")) {
            return switch (right) {
                case "~*" -> truth(found.exists(), "true");
                case "~null" -> truth(found.isNull(), "true");
                case "~true" -> truth(isTrue(found), "true");
                case "~false" -> truth(isFalse(found), "true");
                default -> false;
            };
        }
        if (!found.exists()) {
            return false;
        }
        if (operator.isEmpty()) {
            return true;
        }
        return switch (found.kind()) {
            case TEXT -> text(found.text(), budget);
            case NUMBER -> number(found.number());
            case TRUE -> truth(true, right);
            case FALSE -> truth(false, right);
            case NULL, NESTED -> false;
        };
    }

    private static boolean isTrue(Found found) {
        return found.truth();
    }

    private static boolean isFalse(Found found) {
        return switch (found.kind()) {
            case NULL, FALSE -> true;
            case TEXT -> found.says("0", "f", "false");
            case NUMBER -> found.number() == 0;
            case TRUE, NESTED -> false;
        };
    }

    private boolean truth(boolean value, String wanted) {
        return switch (operator) {
            case "" -> true;
            case "=" -> wanted.equals(Boolean.toString(value));
            case "!=" -> !wanted.equals(Boolean.toString(value));
            case "<" -> !value && wanted.equals("true");
            case "<=" -> !value;
            case ">" -> value && wanted.equals("false");
            case ">=" -> value;
            default -> false;
        };
    }

    private boolean text(String text, Budget budget) {
        budget.spend(1 + text.length() / 64);
        return switch (operator) {
            case "%" -> Wildcards.match(text, right, budget);
            case "!%" -> !Wildcards.match(text, right, budget);
            case "=" -> text.equals(right);
            case "!=" -> !text.equals(right);
            case "<" -> GoText.compare(text, right) < 0;
            case "<=" -> GoText.compare(text, right) <= 0;
            case ">" -> GoText.compare(text, right) > 0;
            case ">=" -> GoText.compare(text, right) >= 0;
            default -> false;
        };
    }

    private boolean number(double number) {
        double limit = GoNumber.read(right).orElse(0);
        return switch (operator) {
            case "=" -> number == limit;
            case "!=" -> number != limit;
            case "<" -> number < limit;
            case "<=" -> number <= limit;
            case ">" -> number > limit;
            case ">=" -> number >= limit;
            default -> false;
        };
    }
}
