package tiphys.manifest.schema;

import java.io.IOException;
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
import java.util.function.Consumer;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldVisitor.Occurrence;

/// What is claimed of the fields of some types: an allow list. A field that nobody claims is found by [#unclaimed], so that none is
/// ignored that nobody thought of.
///
/// A line of the text that it is read from has a type, a word, fields, and after ` : ` the reason or, for what is refused, a hint.
public final class FieldClaims {
    private final Map<String, Claim> byField;

    private FieldClaims(Map<String, Claim> byField) {
        this.byField = Collections.unmodifiableMap(byField);
    }

    /// How much a claim says.
    public enum Word {
        /// As Argo does it.
        HONOURED,
        /// As near as can be; the reason has the difference.
        EMULATED,
        /// It has no meaning here, and what it holds neither; the reason says why.
        IGNORED,
        /// Not claimed, and the reason says what to do instead.
        REFUSED;

        /// As the data and the documentation write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is claimed of one field.
    ///
    /// @param reason empty if none is needed
    public record Claim(Word word, String reason) {}

    /// A field that is set and that nobody claims.
    ///
    /// @param hint what to do instead; empty if nothing is known
    public record Unclaimed(Occurrence field, String hint) {}

    /// Reads claims; lines that are empty or begin with `#` say nothing.
    ///
    /// @throws IllegalStateException if a field is claimed twice, and not alike
    public static FieldClaims read(String text) {
        var byField = new LinkedHashMap<String, Claim>();
        for (var line : text.lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                line(line, byField);
            }
        }
        return new FieldClaims(byField);
    }

    /// Reads the claims of data files that lie beside a class.
    ///
    /// @throws IllegalStateException if one is missing, or a field is claimed twice, and not alike
    public static FieldClaims beside(Class<?> owner, String... files) {
        var all = new StringBuilder();
        for (var file : files) {
            try (var in = owner.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("the data file " + file + " is missing");
                }
                all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("reading " + file, e);
            }
        }
        return read(all.toString());
    }

    /// These and more.
    ///
    /// @throws IllegalStateException if something else is claimed of a field; what was refused may be claimed
    public FieldClaims with(String more) {
        var all = new LinkedHashMap<>(byField);
        read(more)
                .byField
                .forEach((field, claim) -> {
                    var before = all.put(field, claim);
                    if (before != null && !before.equals(claim) && before.word() != Word.REFUSED) {
                        throw new IllegalStateException(field + " is claimed twice");
                    }
                });
        return new FieldClaims(all);
    }

    /// These, but of some fields something else.
    public FieldClaims but(FieldClaims others) {
        var all = new LinkedHashMap<>(byField);
        all.putAll(others.byField);
        return new FieldClaims(all);
    }

    private static void line(String line, Map<String, Claim> into) {
        int colon = line.indexOf(" : ");
        var reason = colon < 0 ? "" : line.substring(colon + 3);
        var words = new ArrayList<>(List.of((colon < 0 ? line : line.substring(0, colon)).split(" ")));
        var structure = words.removeFirst();
        var word = Word.valueOf(words.removeFirst().toUpperCase(Locale.ROOT));
        for (var field : words) {
            var claim = new Claim(word, reason);
            var before = into.put(structure + "." + field, claim);
            if (before != null && !before.equals(claim)) {
                throw new IllegalStateException(structure + "." + field + " is claimed twice");
            }
        }
    }

    /// What is claimed of a field.
    ///
    /// @param structure the type that says the field, as `events.WebhookContext`
    public Optional<Claim> find(String structure, String field) {
        return Optional.ofNullable(byField.get(structure + "." + field));
    }

    /// The fields that are spoken of, each after its type: `events.WebhookContext.port`.
    public Set<String> names() {
        return byField.keySet();
    }

    /// Finds the fields of an object that say something and that nobody claims; what they hold is not looked at.
    ///
    /// @param structure the object's type, as `events.SensorSpec`
    /// @param path the object's own path, before those of its fields
    public void unclaimed(String structure, Value.Mapping object, String path, Consumer<Unclaimed> found) {
        Schemas.visit(structure, object, path, field -> isLookedInto(field, found));
    }

    private boolean isLookedInto(Occurrence field, Consumer<Unclaimed> found) {
        if (isEmpty(field)) {
            return false;
        }
        var claim = find(field.structure(), field.field());
        if (claim.isEmpty() || claim.get().word() == Word.REFUSED) {
            found.accept(new Unclaimed(field, claim.map(Claim::reason).orElse("")));
            return false;
        }
        return claim.get().word() != Word.IGNORED;
    }

    /// Whether a field says nothing: Argo takes it as if it were not there.
    private static boolean isEmpty(Occurrence field) {
        return switch (field.value()) {
            case Value.Null _ -> true;
            case Value.Sequence(var items, _) -> items.isEmpty();
            case Value.Mapping map -> field.map() && map.fields().isEmpty(); // `suspend: {}` says much
            case Value.Text(var text, _) -> text.isEmpty();
            case Value.Bool(var truth, _) -> !truth;
            case Value.Number _ -> false;
        };
    }
}
