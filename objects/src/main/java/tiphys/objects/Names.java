package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which names the API takes, in Kubernetes' rules and words, and how a name is made from a prefix.
public final class Names {
    /// How long the random end of a generated name is.
    public static final int SUFFIX_LENGTH = 5;

    private static final int LONGEST_GENERATED = 63;
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String KEY = "[-._a-zA-Z0-9]+";

    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);
    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile(LABEL_1035);
    private static final Pattern QUALIFIED_PATTERN = Pattern.compile(QUALIFIED);
    private static final Pattern KEY_PATTERN = Pattern.compile(KEY);

    /// What a kind's names must look like.
    enum Form {
        SUBDOMAIN,
        LABEL,
        LABEL_1035,
        PATH_SEGMENT
    }

    private Names() {}

    /// A name that begins with the prefix and ends with the suffix; a long prefix is cut, as Kubernetes cuts it.
    public static String generated(String prefix, String suffix) {
        int room = LONGEST_GENERATED - suffix.length();
        return (prefix.length() > room ? prefix.substring(0, room) : prefix) + suffix;
    }

    /// The random end of a generated name, made of digits that somebody drew: each is taken modulo the alphabet's length.
    public static String suffix(int... digits) {
        var text = new StringBuilder();
        for (int digit : digits) {
            text.append(ALPHABET.charAt(Math.floorMod(digit, ALPHABET.length())));
        }
        return text.toString();
    }

    /// How the names of a type must look.
    static Form form(ResourceType type) {
        return switch (type.kind()) {
            case "Namespace" -> Form.LABEL;
            case "Service" -> Form.LABEL_1035;
            case "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding" -> Form.PATH_SEGMENT;
            default -> Form.SUBDOMAIN;
        };
    }

    /// What is wrong with a name; empty if nothing is.
    static List<String> flaws(Form form, String name) {
        return switch (form) {
            case SUBDOMAIN ->
                    flaws(
                            name,
                            253,
                            SUBDOMAIN_PATTERN,
                            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
                                    + "'.', and must start and end with an alphanumeric character (e.g. 'example.com', "
                                    + regex(SUBDOMAIN));
            case LABEL ->
                    flaws(
                            name,
                            63,
                            LABEL_PATTERN,
                            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
                                    + "must start and end with an alphanumeric character (e.g. 'my-name',  or "
                                    + "'123-abc', "
                                    + regex(LABEL));
            case LABEL_1035 ->
                    flaws(
                            name,
                            63,
                            LABEL_1035_PATTERN,
                            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                                    + "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  "
                                    + "or 'abc-123', "
                                    + regex(LABEL_1035));
            case PATH_SEGMENT -> pathSegment(name);
        };
    }

    private static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        return List.of("/", "%").stream()
                .filter(name::contains)
                .map(character -> "may not contain '" + character + "'")
                .toList();
    }

    private static List<String> flaws(String name, int longest, Pattern pattern, String rule) {
        var flaws = new ArrayList<String>();
        if (name.length() > longest) {
            flaws.add("must be no more than " + longest + " characters");
        }
        if (!matches(pattern, name)) {
            flaws.add(rule);
        }
        return flaws;
    }

    /// What is wrong with the key of a label or annotation: `name` or `prefix/name`.
    static List<String> qualifiedFlaws(String key) {
        int slash = key.indexOf('/');
        if (slash >= 0 && key.indexOf('/', slash + 1) >= 0) {
            return List.of(
                    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
                            + "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
                            + "regex used for validation is '"
                            + QUALIFIED
                            + "') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        var flaws = new ArrayList<String>();
        if (slash >= 0) {
            var prefix = key.substring(0, slash);
            if (prefix.isEmpty()) {
                flaws.add("prefix part must be non-empty");
            } else {
                flaws(Form.SUBDOMAIN, prefix).forEach(flaw -> flaws.add("prefix part " + flaw));
            }
        }
        var name = key.substring(slash + 1);
        if (name.isEmpty()) {
            flaws.add("name part must be non-empty");
        } else if (name.length() > 63) {
            flaws.add("name part must be no more than 63 characters");
        }
        if (!matches(QUALIFIED_PATTERN, name)) {
            flaws.add(
                    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                            + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
                            + regex(QUALIFIED));
        }
        return flaws;
    }

    /// What is wrong with the value of a label.
    static List<String> labelValueFlaws(String value) {
        if (value.isEmpty()) {
            return List.of();
        }
        return flaws(
                value,
                63,
                QUALIFIED_PATTERN,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                        + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
                        + "regex used for validation is '("
                        + QUALIFIED
                        + ")?')");
    }

    /// What is wrong with a key of a ConfigMap's or Secret's data.
    static List<String> dataKeyFlaws(String key) {
        var flaws =
                new ArrayList<>(
                        flaws(
                                key,
                                253,
                                KEY_PATTERN,
                                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
                                        + "or 'KEY_NAME',  or 'key-name', "
                                        + regex(KEY)));
        dots(key).ifPresent(flaws::add);
        return flaws;
    }

    private static Optional<String> dots(String key) {
        if (key.equals(".") || key.equals("..")) {
            return Optional.of("must not be '" + key + "'");
        }
        return key.startsWith("..") ? Optional.of("must not start with '..'") : Optional.empty();
    }

    private static String regex(String pattern) {
        return "regex used for validation is '" + pattern + "')";
    }

    /// Long inputs are never given to a pattern: they are too long for every rule, and patterns with groups recurse.
    private static boolean matches(Pattern pattern, String text) {
        return text.length() <= 1024 && pattern.matcher(text).matches();
    }
}
