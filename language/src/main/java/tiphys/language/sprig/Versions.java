package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Int64;
import tiphys.language.value.WithMethods;

/// Semantic versions and what they are held against: `>=1.2, <2 || ~3.1 || 1.x - 2.x`.
///
/// A constraint whose version leaves parts out, or has an `x` there, is *open* at that part: `=1.2` is then `~1.2`. A version
/// before a release (`1.0.0-beta`) fits only a constraint that has such a mark itself.
final class Versions {
    private static final int MAX_LENGTH = 10_000;
    private static final String MARKS =
            "(-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?";
    private static final Pattern VERSION = Pattern.compile("v?([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?" + MARKS);
    private static final String OPEN = "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?" + MARKS;
    private static final Pattern ONE = Pattern.compile("\\s*(=||!=|>|<|>=|=>|<=|=<|~|~>|\\^)\\s*(" + OPEN + ")\\s*");
    private static final Pattern RANGE = Pattern.compile("\\s*(" + OPEN + ")\\s+-\\s+(" + OPEN + ")\\s*");
    private static final int RANGE_END = 9;

    private Versions() {}

    static void add(Sprig.Registry all) {
        all.put("semver", "s", a -> Version.parse(a.made(a.text(0))));
        all.put("semverCompare", "ss", a -> fits(a.made(a.text(0)), Version.parse(a.made(a.text(1)))));
    }

    /// Whether a version fits one of the alternatives.
    private static boolean fits(String constraints, Version version) {
        if (constraints.length() > MAX_LENGTH) {
            throw new EvaluationFailed("improper constraint: it is too long");
        }
        var text =
                RANGE.matcher(constraints)
                        .replaceAll(range ->
                                Matcher.quoteReplacement(
                                        ">= " + range.group(1) + ", <= " + range.group(RANGE_END) + " "));
        var alternatives = new ArrayList<List<Constraint>>();
        for (var part : text.split("\\|\\|", -1)) {
            alternatives.add(all(part));
        }
        return alternatives.stream().anyMatch(all -> all.stream().allMatch(one -> one.fits(version)));
    }

    private static List<Constraint> all(String part) {
        var all = new ArrayList<Constraint>();
        for (var one : part.strip().split("\\s*,\\s*|(?<=[0-9A-Za-z*])\\s+(?=[=!<>~^0-9vxX*])", -1)) {
            var found = ONE.matcher(one);
            if (!found.matches()) {
                throw new EvaluationFailed("improper constraint: " + part);
            }
            all.add(Constraint.of(found));
        }
        return all;
    }

    /// A version; its parts are read with methods of these names.
    record Version(long major, long minor, long patch, String before, String metadata, String original)
            implements WithMethods {
        static Version parse(String text) {
            var found = VERSION.matcher(text);
            if (text.length() > MAX_LENGTH || !found.matches()) {
                throw new EvaluationFailed("Invalid Semantic Version");
            }
            var before = found.group(5) == null ? "" : found.group(5);
            for (var part : before.split("\\.", -1)) {
                if (part.length() > 1 && part.startsWith("0") && part.matches("[0-9]+")) {
                    throw new EvaluationFailed("Version segment starts with 0");
                }
            }
            return new Version(
                    number(found.group(1)),
                    number(found.group(2)),
                    number(found.group(3)),
                    before,
                    found.group(7) == null ? "" : found.group(7),
                    text);
        }

        private static long number(@Nullable String part) {
            if (part == null) {
                return 0;
            }
            try {
                return Long.parseLong(part.startsWith(".") ? part.substring(1) : part);
            } catch (NumberFormatException _) {
                throw new EvaluationFailed("error parsing version segment: value out of range");
            }
        }

        int compare(Version other) {
            int compared = Long.compare(major, other.major);
            compared = compared != 0 ? compared : Long.compare(minor, other.minor);
            compared = compared != 0 ? compared : Long.compare(patch, other.patch);
            return compared != 0 ? compared : before(before, other.before);
        }

        /// What has no mark comes after what has one; numbers come before words.
        private static int before(String one, String other) {
            if (one.isEmpty() || other.isEmpty()) {
                return Boolean.compare(one.isEmpty(), other.isEmpty());
            }
            var a = one.split("\\.", -1);
            var b = other.split("\\.", -1);
            for (int i = 0; i < Math.min(a.length, b.length); i++) {
                boolean numbers = a[i].matches("[0-9]{1,18}") && b[i].matches("[0-9]{1,18}");
                boolean oneNumber = a[i].matches("[0-9]+") != b[i].matches("[0-9]+");
                int compared =
                        numbers
                                ? Long.compare(Long.parseLong(a[i]), Long.parseLong(b[i]))
                                : oneNumber ? (a[i].matches("[0-9]+") ? -1 : 1) : a[i].compareTo(b[i]);
                if (compared != 0) {
                    return compared;
                }
            }
            return Integer.compare(a.length, b.length);
        }

        @Override
        public @Nullable Object call(String method, List<@Nullable Object> arguments) {
            if (arguments.size() == 1 && arguments.getFirst() instanceof Version other) {
                return switch (method) {
                    case "Compare" -> (long) compare(other);
                    case "Equal" -> compare(other) == 0;
                    case "LessThan" -> compare(other) < 0;
                    case "LessThanEqual" -> compare(other) <= 0;
                    case "GreaterThan" -> compare(other) > 0;
                    case "GreaterThanEqual" -> compare(other) >= 0;
                    default -> throw new EvaluationFailed("cannot fetch " + method + " from " + goType());
                };
            }
            if (!arguments.isEmpty()) {
                throw new EvaluationFailed("invalid number of arguments to call " + method);
            }
            return switch (method) {
                case "Major" -> new Int64(major);
                case "Minor" -> new Int64(minor);
                case "Patch" -> new Int64(patch);
                case "Prerelease" -> before;
                case "Metadata" -> metadata;
                case "Original" -> original;
                case "String" -> text();
                case "IncMajor" -> new Version(major + 1, 0, 0, "", "", major + 1 + ".0.0");
                case "IncMinor" -> new Version(major, minor + 1, 0, "", "", major + "." + (minor + 1) + ".0");
                case "IncPatch" -> {
                    long next = before.isEmpty() ? patch + 1 : patch;
                    yield new Version(major, minor, next, "", "", major + "." + minor + "." + next);
                }
                default -> throw new EvaluationFailed("cannot fetch " + method + " from " + goType());
            };
        }

        @Override
        public String goType() {
            return "*semver.Version";
        }

        @Override
        public String text() {
            return major
                    + "."
                    + minor
                    + "."
                    + patch
                    + (before.isEmpty() ? "" : "-" + before)
                    + (metadata.isEmpty() ? "" : "+" + metadata);
        }
    }

    /// How many of a constraint's parts are open.
    private enum Openness {
        NONE,
        PATCH,
        MINOR,
        ALL
    }

    private record Constraint(String operator, Version bound, Openness open) {
        static Constraint of(Matcher found) {
            var marks = found.group(6) == null ? "" : found.group(6);
            boolean all = isOpen(found.group(3));
            boolean minor = isOpen(found.group(4));
            boolean patch = isOpen(found.group(5));
            var text =
                    all
                            ? "0.0.0" + marks
                            : minor
                                    ? found.group(3) + ".0.0" + marks
                                    : patch ? found.group(3) + found.group(4) + ".0" + marks : found.group(2);
            Version bound;
            try {
                bound = Version.parse(text);
            } catch (EvaluationFailed _) {
                throw new EvaluationFailed("constraint Parser Error");
            }
            return new Constraint(
                    found.group(1),
                    bound,
                    all ? Openness.ALL : minor ? Openness.MINOR : patch ? Openness.PATCH : Openness.NONE);
        }

        private static boolean isOpen(@Nullable String part) {
            return part == null || part.matches("\\.?[xX*]?");
        }

        boolean fits(Version version) {
            if (operator.equals("!=")) {
                return differs(version);
            }
            if (!version.before().isEmpty() && bound.before().isEmpty()) {
                return false;
            }
            int compared = version.compare(bound);
            return switch (operator) {
                case "", "=" -> open == Openness.NONE ? compared == 0 : near(version, compared);
                case ">" -> later(version, compared);
                case "<" -> compared < 0;
                case ">=", "=>" -> compared >= 0;
                case "<=", "=<" -> open == Openness.NONE ? compared <= 0 : !after(version);
                case "~", "~>" -> near(version, compared);
                default -> compared >= 0 && compatible(version);
            };
        }

        private boolean differs(Version version) {
            if (open == Openness.NONE) {
                return version.compare(bound) != 0;
            }
            if (!version.before().isEmpty() && bound.before().isEmpty()) {
                return false;
            }
            if (bound.major() != version.major()) {
                return true;
            }
            return switch (open) {
                case NONE, ALL ->
                        bound.minor() != version.minor()
                                || bound.patch() != version.patch()
                                || version.compare(bound) != 0;
                case MINOR -> false;
                case PATCH ->
                        bound.minor() != version.minor()
                                || (!(version.before() + bound.before()).isEmpty()
                                        && Version.before(version.before(), bound.before()) != 0);
            };
        }

        private boolean later(Version version, int compared) {
            if (open == Openness.NONE || open == Openness.ALL) {
                return compared > 0;
            }
            return version.major() != bound.major()
                    ? version.major() > bound.major()
                    : open == Openness.PATCH && version.minor() > bound.minor();
        }

        private boolean after(Version version) {
            return version.major() > bound.major()
                    || (version.major() == bound.major() && version.minor() > bound.minor() && open != Openness.MINOR);
        }

        private boolean near(Version version, int compared) {
            if (compared < 0) {
                return false;
            }
            boolean everything =
                    bound.major() == 0
                            && bound.minor() == 0
                            && bound.patch() == 0
                            && (open == Openness.NONE || open == Openness.ALL);
            return everything
                    || (version.major() == bound.major()
                            && (version.minor() == bound.minor() || open == Openness.MINOR));
        }

        private boolean compatible(Version version) {
            if (bound.major() > 0 || open == Openness.MINOR) {
                return version.major() == bound.major();
            }
            if (version.major() > 0) {
                return false;
            }
            if (bound.minor() > 0 || open == Openness.PATCH) {
                return version.minor() == bound.minor();
            }
            return version.minor() == 0 && version.patch() == bound.patch();
        }
    }
}
