package tiphys.manifest.schema;

import java.util.List;

/// What a field may hold.
sealed interface Type {

    /// A single value, or anything.
    enum Plain implements Type {
        STRING("string"),
        INT("int"),
        NUMBER("number"),
        BOOL("bool"),
        /// Base64.
        BYTES("bytes"),
        /// An instant as RFC 3339 writes it.
        TIME("time"),
        /// An amount as Kubernetes writes it: `500m`, `1Gi`, or a number.
        QUANTITY("quantity"),
        /// A whole number, or a text (often with a tag).
        INT_OR_STRING("intOrString"),
        /// What Argo takes as text: a string, a number, a truth value.
        SCALAR("scalar"),
        /// The items of a loop: a list, or a text with a tag.
        ITEMS("items"),
        ANY("any");

        private final String word;

        Plain(String word) {
            this.word = word;
        }

        /// How the data files write it.
        String word() {
            return word;
        }
    }

    /// One of some words.
    ///
    /// @param open whether other words are accepted when an object is written, and fail later if at all
    record Words(List<String> words, boolean open) implements Type {
        public Words {
            words = List.copyOf(words);
        }
    }

    /// A list; a strategic merge patch matches its items by `mergeKey`, empty if it replaces the list.
    record ListOf(Type item, String mergeKey) implements Type {}

    /// An object with any keys.
    record MapOf(Type value) implements Type {}

    /// An object with known fields.
    record Reference(String structure) implements Type {}
}
