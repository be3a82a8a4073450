package tiphys.language.sprig;

import tiphys.language.value.PlainText;

/// The case of letters, and of words in `snake_case`, `kebab-case` and `CamelCase`.
final class Words {
    private enum Kind {
        NONE,
        LETTERS,
        UPPER,
        DIGITS,
        PUNCTUATION,
        CONNECTOR,
        OTHER
    }

    private Words() {}

    static void add(Sprig.Registry all) {
        all.put("title", "s", a -> a.made(titled(a.text(0))));
        all.put("untitle", "s", a -> a.made(untitled(a.text(0))));
        all.put("swapcase", "s", a -> a.made(swapped(a.text(0))));
        all.put("initials", "s", a -> initials(a.bytes(0)));
        all.put("camelcase", "s", a -> a.made(camel(a.text(0))));
        all.put("snakecase", "s", a -> a.made(new Cut(a.text(0), '_').lower()));
        all.put("kebabcase", "s", a -> a.made(new Cut(a.text(0), '-').lower()));
    }

    private static String titled(String text) {
        var out = new StringBuilder();
        int before = ' ';
        for (int at = 0; at < text.length(); at += Character.charCount(before)) {
            int c = text.codePointAt(at);
            out.appendCodePoint(separates(before) ? Character.toTitleCase(c) : c);
            before = c;
        }
        return out.toString();
    }

    private static boolean separates(int c) {
        if (c < 0x80) {
            return !Character.isLetterOrDigit(c) && c != '_';
        }
        return !Character.isLetter(c) && !Character.isDigit(c) && PlainText.isSpace(c);
    }

    private static String untitled(String text) {
        var out = new StringBuilder();
        boolean begins = true;
        for (int c : text.codePoints().toArray()) {
            boolean space = PlainText.isSpace(c);
            out.appendCodePoint(begins && !space ? Character.toLowerCase(c) : c);
            begins = space;
        }
        return out.toString();
    }

    private static String swapped(String text) {
        var out = new StringBuilder();
        boolean begins = true;
        for (int c : text.codePoints().toArray()) {
            if (Character.isUpperCase(c) || Character.isTitleCase(c)) {
                out.appendCodePoint(Character.toLowerCase(c));
                begins = false;
            } else if (Character.isLowerCase(c)) {
                out.appendCodePoint(begins ? Character.toTitleCase(c) : Character.toUpperCase(c));
                begins = false;
            } else {
                out.appendCodePoint(c);
                begins = PlainText.isSpace(c);
            }
        }
        return out.toString();
    }

    /// The first byte of each word, each as the character of that number.
    private static String initials(String bytes) {
        var out = new StringBuilder();
        boolean begins = true;
        for (int i = 0; i < bytes.length(); i++) {
            boolean space = PlainText.isSpace(bytes.charAt(i));
            if (begins && !space) {
                out.append(bytes.charAt(i));
            }
            begins = space;
        }
        return out.toString();
    }

    private static boolean connects(int c) {
        return c == '-' || c == '_' || PlainText.isSpace(c);
    }

    /// Each connector between words goes and makes the next letter a capital; those at the ends and all but one of several stay.
    private static String camel(String text) {
        var out = new StringBuilder();
        int[] letters = text.codePoints().toArray();
        int at = 0;
        while (at < letters.length && connects(letters[at])) {
            out.appendCodePoint(letters[at++]);
        }
        if (at == letters.length) {
            return out.toString();
        }
        boolean capitals = Character.isUpperCase(letters[at]);
        int current = Character.toUpperCase(letters[at++]);
        if (at == letters.length) {
            return out.appendCodePoint(current).toString();
        }
        for (; at < letters.length; at++) {
            int before = current;
            current = letters[at];
            if (connects(current) && connects(before)) {
                out.appendCodePoint(before);
            } else if (connects(before)) {
                capitals = Character.isUpperCase(current);
                current = Character.toUpperCase(current);
            } else {
                if (capitals && Character.isUpperCase(current)) {
                    current = Character.toLowerCase(current);
                } else {
                    capitals = false;
                }
                out.appendCodePoint(before);
            }
        }
        return out.appendCodePoint(current).toString();
    }

    /// A text cut into words, which are written in small letters with a connector between them. A number belongs to the word
    /// before it, unless small letters follow: `http_2xx`, `bld4_floor`.
    private static final class Cut {
        private final int[] letters;
        private final char connector;
        private final StringBuilder out = new StringBuilder();
        private int at;
        private Kind kind = Kind.NONE;
        private int from;

        Cut(String text, char connector) {
            this.letters = text.codePoints().toArray();
            this.connector = connector;
        }

        String lower() {
            if (letters.length == 0) {
                return "";
            }
            next();
            while (at < letters.length) {
                if (kind != Kind.CONNECTOR) {
                    write();
                }
                var before = kind;
                int start = from;
                int end = at;
                next();
                switch (before) {
                    case DIGITS -> {
                        joined();
                        connect(kind == Kind.NONE);
                    }
                    case CONNECTOR -> write(start, end, Kind.CONNECTOR);
                    case PUNCTUATION -> {}
                    case NONE, LETTERS, UPPER, OTHER -> number();
                }
            }
            write();
            return out.toString();
        }

        /// What follows a word: a number may belong to it.
        private void number() {
            if (kind != Kind.DIGITS) {
                connect(false);
                return;
            }
            if (at >= letters.length) {
                return;
            }
            int start = from;
            int end = at;
            next();
            if (kind != Kind.LETTERS) {
                write(start, end, Kind.DIGITS);
                connect(false);
                return;
            }
            out.append(connector);
            write(start, end, Kind.DIGITS);
            joined();
            connect(kind == Kind.NONE);
        }

        private void joined() {
            while (kind == Kind.LETTERS || kind == Kind.DIGITS) {
                write();
                next();
            }
        }

        private void connect(boolean over) {
            if (!over && kind != Kind.CONNECTOR && kind != Kind.PUNCTUATION) {
                out.append(connector);
            }
        }

        private void write() {
            write(from, at, kind);
        }

        private void write(int start, int end, Kind of) {
            for (int i = start; i < end; i++) {
                boolean change = of == Kind.UPPER || of == Kind.CONNECTOR;
                out.appendCodePoint(
                        change && connects(letters[i])
                                ? connector
                                : change ? Character.toLowerCase(letters[i]) : letters[i]);
            }
        }

        /// Takes the next word; none at the end.
        private void next() {
            from = at;
            if (at >= letters.length) {
                kind = Kind.NONE;
                return;
            }
            kind = kind(letters[at++]);
            if (kind != Kind.UPPER) {
                while (at < letters.length && follows(letters[at])) {
                    at++;
                }
                return;
            }
            if (at < letters.length && Character.isUpperCase(letters[at])) {
                while (at < letters.length && Character.isUpperCase(letters[at])) {
                    at++;
                }
                // The last capital of `HTTPStatus` begins the next word.
                if (at < letters.length && isLetter(letters[at])) {
                    at--;
                }
            } else {
                while (at < letters.length && isLetter(letters[at]) && !Character.isUpperCase(letters[at])) {
                    at++;
                }
            }
        }

        private boolean follows(int c) {
            return kind == Kind.LETTERS ? isLetter(c) && !Character.isUpperCase(c) : kind(c) == kind;
        }

        private static Kind kind(int c) {
            return connects(c)
                    ? Kind.CONNECTOR
                    : isPunctuation(c)
                            ? Kind.PUNCTUATION
                            : Character.isUpperCase(c)
                                    ? Kind.UPPER
                                    : isLetter(c) ? Kind.LETTERS : isNumber(c) ? Kind.DIGITS : Kind.OTHER;
        }

        /// A letter of an alphabet; ideographs are not.
        private static boolean isLetter(int c) {
            return Character.isLetter(c) && Character.UnicodeScript.of(c) != Character.UnicodeScript.HAN;
        }

        private static boolean isNumber(int c) {
            return switch (Character.getType(c)) {
                case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
                default -> false;
            };
        }

        private static boolean isPunctuation(int c) {
            return switch (Character.getType(c)) {
                case Character.CONNECTOR_PUNCTUATION,
                        Character.DASH_PUNCTUATION,
                        Character.START_PUNCTUATION,
                        Character.END_PUNCTUATION,
                        Character.INITIAL_QUOTE_PUNCTUATION,
                        Character.FINAL_QUOTE_PUNCTUATION,
                        Character.OTHER_PUNCTUATION ->
                        true;
                default -> false;
            };
        }
    }
}
