package tiphys.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the codes of all messages mean. The list is the data file `codes.txt`: a paragraph for each code, its first line with the
/// title, then the explanation, then after `>` what to do.
public final class Codes {
    private Codes() {}

    /// One code.
    ///
    /// @param code `TIP-` and four digits
    /// @param title what is wrong, in a few words
    /// @param explanation what it means
    /// @param remedy what to do about it
    public record Code(String code, String title, String explanation, String remedy) {}

    /// The code, if any message has it.
    public static Optional<Code> find(String code) {
        return all().stream().filter(one -> one.code().equals(code)).findFirst();
    }

    /// Every code, by number.
    public static List<Code> all() {
        var codes = new ArrayList<Code>();
        var code = "";
        var title = "";
        var explanation = "";
        for (var line : text().lines().toList()) {
            if (line.startsWith("TIP-")) {
                int space = line.indexOf(' ');
                code = line.substring(0, space);
                title = line.substring(space + 1);
            } else if (line.startsWith("  > ")) {
                codes.add(new Code(code, title, explanation, line.substring(4)));
            } else if (line.startsWith("  ")) {
                explanation = line.strip();
            }
        }
        return List.copyOf(codes);
    }

    private static String text() {
        try (InputStream in = Codes.class.getResourceAsStream("codes.txt")) {
            if (in == null) {
                throw new IllegalStateException("codes.txt is not beside its class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading codes.txt", e);
        }
    }
}
