package tiphys.attempts;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Kubernetes' own references to variables: `$(NAME)`, and `$$` for a dollar sign.
public final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\(([^)]*)\\))");

    private References() {}

    /// A command or an argument with its references replaced; an unknown name stays as it is.
    public static String expand(String text, Map<String, String> env) {
        return text.indexOf('$') < 0
                ? text
                : REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match, env)));
    }

    private static String value(MatchResult match, Map<String, String> env) {
        var name = match.group(1);
        return name == null ? "$" : env.getOrDefault(name, match.group());
    }

    /// A path whose references are all replaced.
    ///
    /// @throws IllegalArgumentException if there is no such variable
    public static String expandAll(String expression, Map<String, String> env) {
        return REFERENCE
                .matcher(expression)
                .replaceAll(found -> {
                    if (found.group(1) == null) {
                        return Matcher.quoteReplacement("$");
                    }
                    var value = env.get(found.group(1));
                    if (value == null) {
                        throw new IllegalArgumentException("missing value for " + found.group(1));
                    }
                    return Matcher.quoteReplacement(value);
                });
    }
}
