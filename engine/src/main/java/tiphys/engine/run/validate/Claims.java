package tiphys.engine.run.validate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the engine and an executor claim of Argo's fields, by type and field. A field that is not claimed is refused by name, so that
/// none is ignored that nobody thought of.
public final class Claims {
    private static final Claims PROCESS = read(List.of("engine.txt", "process.txt"));

    private final Map<String, Claim> byField;

    private Claims(Map<String, Claim> byField) {
        this.byField = Collections.unmodifiableMap(byField);
    }

    /// How much a claim says.
    public enum Word {
        /// As Argo does it.
        HONOURED,
        /// As near as can be; the reason has the difference.
        EMULATED,
        /// It has no meaning here, and what it holds neither; the reason says why.
        IGNORED;

        /// As the data and the documentation write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is claimed of one field.
    ///
    /// @param keys of a map of any keys those that are meant; empty for all
    /// @param reason empty if none is needed
    public record Claim(Word word, List<String> keys, String reason) {
        public Claim {
            keys = List.copyOf(keys);
        }
    }

    /// What is claimed where steps are processes of this machine.
    public static Claims process() {
        return PROCESS;
    }

    /// What is claimed of a field.
    ///
    /// @param structure the type that says the field, as `core.Container`
    public Optional<Claim> find(String structure, String field) {
        return Optional.ofNullable(byField.get(structure + "." + field));
    }

    /// The fields that are claimed, each after its type: `core.Container.image`.
    public Set<String> names() {
        return byField.keySet();
    }

    private static Claims read(List<String> files) {
        var byField = new LinkedHashMap<String, Claim>();
        for (var file : files) {
            for (var line : text(file).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    read(line, byField);
                }
            }
        }
        return new Claims(byField);
    }

    private static void read(String line, Map<String, Claim> into) {
        int colon = line.indexOf(" : ");
        var reason = colon < 0 ? "" : line.substring(colon + 3);
        var words = new ArrayList<>(List.of((colon < 0 ? line : line.substring(0, colon)).split(" ")));
        var structure = words.removeFirst();
        var word = Word.valueOf(words.removeFirst().toUpperCase(Locale.ROOT));
        for (var field : words) {
            int brace = field.indexOf('{');
            var keys =
                    brace < 0 ? List.<String>of() : List.of(field.substring(brace + 1, field.length() - 1).split(","));
            var name = structure + "." + (brace < 0 ? field : field.substring(0, brace));
            if (into.put(name, new Claim(word, keys, reason)) != null) {
                throw new IllegalStateException(name + " is claimed twice");
            }
        }
    }

    private static String text(String file) {
        try (InputStream in = Claims.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
