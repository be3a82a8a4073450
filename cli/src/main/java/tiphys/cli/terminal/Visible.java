package tiphys.cli.terminal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Locale;

/// Shows what a terminal would act on instead of sending it: manifests, steps and servers are not trusted to move the cursor, to set
/// a title, or to turn the order of letters around. `\x1b` stands for the escape character, `\u202e` for a letter that
/// reverses what follows.
public final class Visible {
    private static final char ESCAPE = '\u001b';

    private Visible() {}

    /// A text from elsewhere, of which only line breaks and tabs are sent.
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (acts(text.charAt(i))) {
                return shown(text, i, false);
            }
        }
        return text;
    }

    /// A line of this program: what [Ink] puts into it is sent, too.
    static String inked(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (acts(line.charAt(i))) {
                return shown(line, i, true);
            }
        }
        return line;
    }

    private static String shown(String text, int from, boolean inked) {
        var out = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            int ink = inked && c == ESCAPE ? Ink.codeAt(text, i) : 0;
            if (ink > 0) {
                out.append(text, i, i + ink);
                i += ink - 1;
            } else if (acts(c)) {
                out.append(
                        c < 0x100
                                ? String.format(Locale.ROOT, "\\x%02x", (int) c)
                                : String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /// Control characters of both sets, and those that turn the direction of writing.
    private static boolean acts(char c) {
        return (c < 0x20 && c != '\n' && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || c == 0x61c
                || (c >= 0x200e && c <= 0x200f)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /// A writer of whole texts, such as a command's help.
    public static PrintWriter writer(PrintStream to) {
        return new PrintWriter(new Shown(to), true);
    }

    /// Keeps what is written until it is flushed, so that no ink is torn apart.
    private static final class Shown extends Writer {
        private final PrintStream to;
        private final StringWriter kept = new StringWriter();

        Shown(PrintStream to) {
            this.to = to;
        }

        @Override
        public void write(char[] text, int from, int length) {
            kept.write(text, from, length);
        }

        @Override
        public void flush() {
            to.print(inked(kept.toString()));
            to.flush();
            kept.getBuffer().setLength(0);
        }

        @Override
        public void close() {
            flush();
        }
    }
}
