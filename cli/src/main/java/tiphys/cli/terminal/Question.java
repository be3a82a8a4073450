package tiphys.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Asks a person yes or no.
public final class Question {
    private Question() {}

    /// Whether the answer is yes; anything else, the end of the input included, is no.
    public static boolean agreed(Surroundings around, String question) throws IOException {
        around.err().print(question + " [y/N] ");
        around.err().flush();
        var answer = new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
