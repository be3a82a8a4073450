package tiphys.process.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which host programs stand for which images; data in `images.txt`. Immutable.
public final class ImageRules {
    private final List<Rule> rules;

    /// One row.
    ///
    /// @param row as it is written
    /// @param entry the program of a template without a command
    /// @param aliases what a command may call the entry program
    /// @param busybox whether the image's programs are those of a busybox
    /// @param entryPoint whether the entry program is the image's entry point, to which arguments are added; else arguments without a
    ///     command are the command
    public record Rule(
            String row,
            Pattern image,
            String entry,
            Optional<Interpreter.Language> language,
            List<String> aliases,
            boolean busybox,
            boolean entryPoint) {
        private Rule with(boolean ofBusybox) {
            return new Rule(row, image, entry, language, aliases, ofBusybox, entryPoint);
        }
    }

    private final boolean busybox;

    private ImageRules(List<Rule> rules, boolean busybox) {
        this.rules = List.copyOf(rules);
        this.busybox = busybox;
    }

    /// The rules that come with the program.
    public static ImageRules builtIn() {
        try (var in = Objects.requireNonNull(ImageRules.class.getResourceAsStream("images.txt"))) {
            return new ImageRules(parse(new String(in.readAllBytes(), UTF_8)), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// These rules after others of the same form, which count first.
    ///
    /// @throws IllegalArgumentException if a row is not of that form
    public ImageRules after(String moreRows) {
        return new ImageRules(Stream.concat(parse(moreRows).stream(), rules.stream()).toList(), busybox);
    }

    /// The same rules, with the host's own programs in the place of those of a busybox.
    public ImageRules withoutBusybox() {
        return new ImageRules(rules, false);
    }

    /// All of them, those that count first before the others.
    public List<Rule> all() {
        return rules;
    }

    /// The rule for an image, if there is one.
    public Optional<Rule> find(String image) {
        var last = lastPart(image);
        int tag = last.indexOf(':');
        var name = tag < 0 ? last : last.substring(0, tag);
        var found = rules.stream().filter(rule -> rule.image().matcher(name).matches()).findFirst();
        boolean small = tag >= 0 && last.substring(tag).contains("alpine");
        return found.map(rule -> rule.with(busybox && (small || rule.busybox())));
    }

    /// The image's name and tag, without registry and digest.
    private static String lastPart(String image) {
        var name = image.substring(image.lastIndexOf('/') + 1);
        int digest = name.indexOf('@');
        return digest < 0 ? name : name.substring(0, digest);
    }

    private static List<Rule> parse(String rows) {
        var rules = new ArrayList<Rule>();
        for (var row : rows.lines().map(String::strip).toList()) {
            if (row.isEmpty() || row.startsWith("#")) {
                continue;
            }
            var columns = Pattern.compile("\\s+").splitAsStream(row).toList();
            if (columns.size() != 4 && columns.size() != 5) {
                throw new IllegalArgumentException(
                        "an image rule has 4 columns, or 5, not " + columns.size() + ": " + row);
            }
            var words = columns.size() == 5 ? List.of(columns.get(4).split(",", -1)) : List.<String>of();
            rules.add(
                    new Rule(
                            row,
                            glob(columns.get(0)),
                            columns.get(1),
                            columns.get(2).equals("-")
                                    ? Optional.empty()
                                    : Optional.of(Interpreter.Language.named(columns.get(2))),
                            columns.get(3).equals("-") ? List.of() : List.of(columns.get(3).split(",", -1)),
                            words.contains("busybox"),
                            words.contains("entry")));
        }
        return rules;
    }

    private static Pattern glob(String text) {
        return Pattern.compile(Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
