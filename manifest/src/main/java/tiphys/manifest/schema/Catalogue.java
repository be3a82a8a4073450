package tiphys.manifest.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
/// key, `{T}` an object with any keys, `A|B` a choice of words (`A|B|?` if others are accepted and only doubtful), and a capital
/// letter another type, of the same package if none is named. After the type stand the field's [Limits], as `min=1`. A line
/// `! one other : why` says that at most one of those fields may be set.
final class Catalogue {
    private static final List<String> FILES = List.of("meta", "core", "rbac", "policy", "workflow", "events");
    private static final Map<String, Type> PLAIN = plain();

    private final Map<String, Structure> structures;

    private Catalogue(Map<String, Structure> structures) {
        this.structures = structures;
    }

    /// The catalogue of this version.
    static Catalogue load() {
        var paragraphs = new LinkedHashMap<String, Paragraph>();
        for (var file : FILES) {
            read(text(file), paragraphs);
        }
        var structures = new LinkedHashMap<String, Structure>();
        for (var paragraph : paragraphs.values()) {
            structures.put(paragraph.name(), paragraph.structure(paragraphs));
        }
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
            List<Structure.AtMostOne> rules,
            Optional<Structure.ServedKind> kind) {
        Structure structure(Map<String, Paragraph> all) {
            var fields = new LinkedHashMap<String, Structure.Field>();
            var found = new ArrayList<Structure.AtMostOne>();
            collect(all, fields, found);
            return new Structure(name, publicName, description, fields, found, kind);
        }

        private void collect(
                Map<String, Paragraph> all, Map<String, Structure.Field> into, List<Structure.AtMostOne> found) {
            for (var base : bases) {
                var paragraph = all.get(base);
                if (paragraph == null) {
                    throw new IllegalStateException(name + " extends " + base + ", which the data files do not have");
                }
                paragraph.collect(all, into, found);
            }
            into.putAll(own);
            found.addAll(rules);
        }
    }

    private static void read(String text, Map<String, Paragraph> into) {
        var packageName = "";
        var publicName = "";
        var owner = "";
        Map<String, Structure.Field> fields = new HashMap<>();
        List<Structure.AtMostOne> rules = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            var line = text.substring(at, end);
            at = end + 1;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(" : ");
            var description = colon < 0 ? "" : line.substring(colon + 3);
            var words = words(colon < 0 ? line : line.substring(0, colon));
            var first = words.getFirst();
            if (line.startsWith("  ! ")) {
                rules.add(new Structure.AtMostOne(words.subList(1, words.size()), description));
            } else if (line.startsWith("  ")) {
                boolean required = first.endsWith("*");
                var name = required ? first.substring(0, first.length() - 1) : first;
                var limits = words.size() > 2 ? Limits.of(words.subList(2, words.size())) : Limits.NONE;
                fields.put(
                        name,
                        new Structure.Field(
                                owner, name, type(words.get(1), packageName), required, limits, description));
            } else if (first.equals("package")) {
                packageName = words.get(1);
                publicName = words.get(2);
            } else {
                fields = new LinkedHashMap<>();
                rules = new ArrayList<>();
                var paragraph = paragraph(words, packageName, publicName, description, fields, rules);
                owner = paragraph.name();
                into.put(owner, paragraph);
            }
        }
    }

    private static Paragraph paragraph(
            List<String> words,
            String packageName,
            String publicName,
            String description,
            Map<String, Structure.Field> fields,
            List<Structure.AtMostOne> rules) {
        int less = words.indexOf("<");
        var bases = new ArrayList<String>();
        for (int i = less + 1; less > 0 && i < words.size(); i++) {
            bases.add(qualified(words.get(i), packageName));
        }
        var name = words.get(1);
        return new Paragraph(
                dotted(packageName, name),
                dotted(publicName, name),
                description,
                bases,
                fields,
                rules,
                words.getFirst().equals("kind") ? Optional.of(kind(words)) : Optional.empty());
    }

    private static Structure.ServedKind kind(List<String> words) {
        var apiVersion = words.get(2);
        int slash = apiVersion.indexOf('/');
        return new Structure.ServedKind(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1),
                words.get(1),
                words.get(3),
                words.get(4).equals("namespaced"),
                words.size() > 5 && words.get(5).equals("open"));
    }

    /// By hand, for it is done two thousand times at the start of every command.
    private static List<String> words(String line) {
        var words = new ArrayList<String>(4);
        int at = 0;
        while (at < line.length()) {
            int space = line.indexOf(' ', at);
            int end = space < 0 ? line.length() : space;
            if (end > at) {
                words.add(line.substring(at, end));
            }
            at = end + 1;
        }
        return words;
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
        if (text.indexOf('|') > 0) {
            boolean open = text.endsWith("|?");
            return new Type.Words(List.of((open ? text.substring(0, text.length() - 2) : text).split("\\|")), open);
        }
        var plain = PLAIN.get(text);
        return plain != null ? plain : new Type.Reference(qualified(text, packageName));
    }

    private static Map<String, Type> plain() {
        var types = new HashMap<String, Type>();
        for (var type : Type.Plain.values()) {
            types.put(type.word(), type);
        }
        return Map.copyOf(types);
    }

    private static String qualified(String name, String packageName) {
        return name.indexOf('.') > 0 ? name : dotted(packageName, name);
    }

    /// Not by `+`, whose first use in a process costs more than all the rest of the reading.
    private static String dotted(String packageName, String name) {
        return packageName.concat(".").concat(name);
    }

    private static String text(String file) {
        try (InputStream in = Catalogue.class.getResourceAsStream(file.concat(".txt"))) {
            if (in == null) {
                throw new IllegalStateException("the data file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
