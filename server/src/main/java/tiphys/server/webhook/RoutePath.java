package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.regex.Pattern;

/// A webhook's endpoint as Argo reads it: a template of gorilla/mux, in which `{name}` stands for one part of a path and
/// `{name:expression}` for what the expression matches; what they match is discarded.
record RoutePath(String template, Pattern pattern) {

    static RoutePath of(String template) {
        var regex = new StringBuilder();
        int from = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
            int close = closing(template, open);
            if (close < 0) {
                break;
            }
            regex.append(Pattern.quote(template.substring(from, open)));
            var inside = template.substring(open + 1, close);
            int colon = inside.indexOf(':');
            regex.append("(?:").append(colon < 0 ? "[^/]+" : inside.substring(colon + 1)).append(')');
            from = close + 1;
        }
        regex.append(Pattern.quote(template.substring(from)));
        return new RoutePath(template, Pattern.compile(regex.toString()));
    }

    /// Whether the path, decoded, is the endpoint's.
    boolean matches(String path) {
        return template.equals(path) || pattern.matcher(path).matches();
    }

    /// The path as Go's mux cleans it: no empty parts, no `.` and `..`; a slash at the end stays.
    static String clean(String path) {
        var parts = new ArrayDeque<String>();
        for (var part : path.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        var clean = "/" + String.join("/", parts);
        return path.endsWith("/") && !clean.endsWith("/") ? clean + "/" : clean;
    }

    /// The path without its percent escapes; a wrong one stays as it is.
    static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (bytes[i] == '%' && high >= 0 && low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int closing(String template, int open) {
        int depth = 0;
        for (int i = open; i < template.length(); i++) {
            depth += template.charAt(i) == '{' ? 1 : template.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
