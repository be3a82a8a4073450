package tiphys.language.gjson;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The first part of a path, as it is read where an object stands or where a list does.
///
/// @param key what it names, without escapes
/// @param wild whether it has a `*` or `?`
/// @param counts whether it has a `#`, and so means a list's items
/// @param more whether `rest` goes on inside of what it finds
/// @param piped whether `rest` goes on from the result
/// @param each whether `rest` goes on inside of each item (`#.x`)
record GjsonPart(
        String key,
        boolean wild,
        boolean counts,
        boolean more,
        boolean piped,
        String rest,
        boolean each,
        GjsonQuery query) {

    /// As it is read where an object stands.
    static GjsonPart inObject(String path) {
        boolean wild = false;
        @Nullable StringBuilder plain = null;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.' || c == '|') {
                var key = plain == null ? path.substring(0, i) : plain.toString();
                return ended(key, wild, path, i, c == '|' || goesOnFromResult(path, i + 1));
            }
            if (c == '\\') {
                plain = plain == null ? new StringBuilder(path.substring(0, i)) : plain;
                i++;
                if (i < path.length()) {
                    plain.append(path.charAt(i));
                }
                continue;
            }
            wild |= c == '*' || c == '?';
            if (plain != null) {
                plain.append(c);
            }
        }
        var key = plain == null ? path : plain.toString();
        return new GjsonPart(key, wild, false, false, false, "", false, GjsonQuery.NONE);
    }

    private static GjsonPart ended(String key, boolean wild, String path, int at, boolean piped) {
        return new GjsonPart(key, wild, false, !piped, piped, path.substring(at + 1), false, GjsonQuery.NONE);
    }

    /// As it is read where a list stands.
    static GjsonPart inList(String path) {
        boolean counts = false;
        boolean each = false;
        var query = GjsonQuery.NONE;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '|' || c == '.') {
                boolean piped = c == '|' || (!counts && goesOnFromResult(path, i + 1));
                return new GjsonPart(
                        path.substring(0, i), false, counts, !piped, piped, path.substring(i + 1), each, query);
            }
            if (c != '#') {
                continue;
            }
            counts = true;
            if (i > 0 || path.length() == 1) {
                continue;
            }
            if (path.charAt(1) == '.') {
                each = true;
            } else if (path.charAt(1) == '[' || path.charAt(1) == '(') {
                query = GjsonQuery.read(path);
                if (query.length() == 0) {
                    break;
                }
                i = query.length() - 1;
            }
        }
        return new GjsonPart(path, false, counts, false, false, "", each, query);
    }

    /// Whether what follows a dot is a modifier or a multipath, so that it takes the result as it is.
    private static boolean goesOnFromResult(String path, int from) {
        if (from >= path.length()) {
            return false;
        }
        char c = path.charAt(from);
        return c == '[' || c == '{' || (c == '@' && GjsonModifier.isKnown(GjsonModifier.name(path, from)));
    }

    /// What stands before and behind a path's first pipe.
    record Cut(String before, String behind) {}

    /// A path cut at its first pipe; empty if it has none.
    static Optional<Cut> pipe(String path) {
        if (path.indexOf('|') < 0) {
            return Optional.empty();
        }
        if (path.startsWith("{")) {
            int end = squash(path, 1);
            return end < path.length() && path.charAt(end) == '|' ? cut(path, end) : Optional.empty();
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '|') {
                return cut(path, i);
            } else if (c == '.' && path.startsWith("#", i + 1)) {
                i += 2;
                if (i < path.length() && (path.charAt(i) == '[' || path.charAt(i) == '(')) {
                    i = queryEnd(path, i);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Cut> cut(String path, int at) {
        return Optional.of(new Cut(path.substring(0, at), path.substring(at + 1)));
    }

    private static int queryEnd(String path, int from) {
        char open = path.charAt(from);
        char close = open == '[' ? ']' : ')';
        int depth = 1;
        for (int i = from + 1; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == open) {
                depth++;
            } else if (c == close) {
                depth--;
                if (depth == 0) {
                    return i;
                }
            } else if (c == '"') {
                i = quoteEnd(path, i);
            }
        }
        return path.length();
    }

    /// The place of the quote that ends the text that begins at a place; the path's end if there is none.
    static int quoteEnd(String path, int from) {
        for (int i = from + 1; i < path.length(); i++) {
            if (path.charAt(i) == '\\') {
                i++;
            } else if (path.charAt(i) == '"') {
                return i;
            }
        }
        return path.length();
    }

    /// The place behind what begins at a place with a bracket or a quote.
    static int squash(String path, int from) {
        if (from >= path.length()) {
            return path.length();
        }
        int end =
                path.charAt(from) == '"'
                        ? JsonScan.text(path, from, path.length())
                        : JsonScan.nested(path, from, path.length());
        return end < 0 ? path.length() : end;
    }
}
