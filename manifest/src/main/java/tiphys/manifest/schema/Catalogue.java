package tiphys.manifest.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the data files into structures. A file has one package; a type is a paragraph:
///
/// ```
/// package core io.k8s.api.core.v1
///
/// kind ConfigMap v1 configmaps namespaced < meta.TypeMeta : Configuration that steps may read
///   metadata* meta.ObjectMeta
///   data      {string}        : Texts by key
///
/// type Toleration : A taint that a pod accepts
///   operator  Exists|Equal    : How the value is compared
/// ```
///
/// A kind says its version, its plural, whether it is `namespaced` or `cluster` wide, and `open` if unknown fields of its spec do no harm.
/// `*` marks a required field, `<` the types whose fields come first, `[T]` a list, `[T]@name` one that patches merge by that
/// key, `{T}` an object with any keys, `A|B` a choice of words, and a capital letter another type, of the same package if none is named.
final class Catalogue {
    private static final List<String> FILES = List.of("meta", "core", "rbac", "policy", "workflow", "events");

    private final Map<String, Structure> structures;

    private Catalogue(Map<String, Structure> structures) {
        this.structures = structures;
    }

    /// The catalogue of this version.
    static Catalogue load() {
        var paragraphs = new LinkedHashMap<String, Paragraph>();
        for (var file : FILES) {
            read(text(file + ".txt"), paragraphs);
        }
        var structures = new LinkedHashMap<String, Structure>();
        paragraphs.values().forEach(one -> structures.put(one.name(), one.structure(paragraphs)));
        return new Catalogue(structures);
    }

    /// Every structure, by `package.Name`.
    Map<String, Structure> structures() {
        return structures;
    }

    Structure get(Type.Reference reference) {
        var structure = structures.get(reference.structure());
        if (structure == null) {
            throw new IllegalStateException("the data files have no type " + reference.structure());
        }
        return structure;
    }

    private record Paragraph(
            String name,
            String publicName,
            String description,
            List<String> bases,
            Map<String, Structure.Field> own,
            Optional<Structure.ServedKind> kind) {
        Structure structure(Map<String, Paragraph> all) {
            var fields = new LinkedHashMap<String, Structure.Field>();
            collect(all, fields);
            return new Structure(name, publicName, description, fields, kind);
        }

        private void collect(Map<String, Paragraph> all, Map<String, Structure.Field> into) {
            for (var base : bases) {
                var paragraph = all.get(base);
                if (paragraph == null) {
                    throw new IllegalStateException(name + " extends " + base + ", which the data files do not have");
                }
                paragraph.collect(all, into);
            }
            into.putAll(own);
        }
    }

    private static void read(String text, Map<String, Paragraph> into) {
        var packageName = "";
        var publicName = "";
        Map<String, Structure.Field> fields = new HashMap<>();
        for (var line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(" : ");
            var description = colon < 0 ? "" : line.substring(colon + 3);
            var words = (colon < 0 ? line : line.substring(0, colon)).strip().split("\\s+");
            if (line.startsWith("  ")) {
                boolean required = words[0].endsWith("*");
                var name = required ? words[0].substring(0, words[0].length() - 1) : words[0];
                fields.put(name, new Structure.Field(name, type(words[1], packageName), required, description));
            } else if (words[0].equals("package")) {
                packageName = words[1];
                publicName = words[2];
            } else {
                fields = new LinkedHashMap<>();
                var paragraph = paragraph(words, packageName, publicName, description, fields);
                into.put(paragraph.name(), paragraph);
            }
        }
    }

    private static Paragraph paragraph(
            String[] words,
            String packageName,
            String publicName,
            String description,
            Map<String, Structure.Field> fields) {
        int less = Arrays.asList(words).indexOf("<");
        var bases = new ArrayList<String>();
        for (int i = less + 1; less > 0 && i < words.length; i++) {
            bases.add(qualified(words[i], packageName));
        }
        Optional<Structure.ServedKind> kind = Optional.empty();
        if (words[0].equals("kind")) {
            int slash = words[2].indexOf('/');
            kind =
                    Optional.of(
                            new Structure.ServedKind(
                                    slash < 0 ? "" : words[2].substring(0, slash),
                                    words[2].substring(slash + 1),
                                    words[1],
                                    words[3],
                                    words[4].equals("namespaced"),
                                    words.length > 5 && words[5].equals("open")));
        }
        return new Paragraph(
                packageName + "." + words[1], publicName + "." + words[1], description, bases, fields, kind);
    }

    private static Type type(String text, String packageName) {
        if (text.startsWith("[")) {
            int end = text.lastIndexOf(']');
            var mergeKey = text.startsWith("@", end + 1) ? text.substring(end + 2) : "";
            return new Type.ListOf(type(text.substring(1, end), packageName), mergeKey);
        }
        if (text.startsWith("{")) {
            return new Type.MapOf(type(text.substring(1, text.length() - 1), packageName));
        }
        if (text.contains("|")) {
            return new Type.Words(List.of(text.split("\\|")));
        }
        for (var plain : Type.Plain.values()) {
            if (plain.word().equals(text)) {
                return plain;
            }
        }
        return new Type.Reference(qualified(text, packageName));
    }

    private static String qualified(String name, String packageName) {
        return name.contains(".") ? name : packageName + "." + name;
    }

    private static String text(String file) {
        try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
