package tiphys.manifest;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the word that somebody may have meant by one that is not there.
public final class DidYouMean {
    private static final int MAX_LENGTH = 64;
    private static final int MAX_LISTED = 10;
    private static final int PLURAL = 2;

    private DidYouMean() {}

    /// The word that is nearest to what was written, if one is near: a third of the letters may differ, or
    /// a plural's ending; large and small letters are the same.
    public static Optional<String> nearest(String written, Collection<String> words) {
        if (written.isEmpty() || written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        var sought = written.toLowerCase(Locale.ROOT);
        int least = Math.max(1, written.length() / 3) + 1;
        Optional<String> best = Optional.empty();
        for (var word : words) {
            int longer = Math.abs(word.length() - written.length());
            if (longer < Math.max(least, PLURAL + 1)) {
                int distance = distance(sought, word.toLowerCase(Locale.ROOT));
                if (distance > 1 && (word.startsWith(written) || written.startsWith(word))) {
                    distance = 1;
                }
                if (distance < least) {
                    least = distance;
                    best = Optional.of(word);
                }
            }
        }
        return best;
    }

    /// `did you mean "x"?`; if nothing is near, what there is when that is a short list, else nothing.
    public static Optional<String> hint(String written, Collection<String> words) {
        var near = nearest(written, words).map(word -> "did you mean \"" + word + "\"?");
        if (near.isPresent() || words.isEmpty() || words.size() > MAX_LISTED) {
            return near;
        }
        return Optional.of("there are: " + String.join(", ", words));
    }

    /// Insertions, deletions, changes and swaps of neighbours that lead from one to the other.
    private static int distance(String from, String to) {
        var steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int best = Math.min(steps[i - 1][j - 1] + change, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && from.charAt(i - 1) == to.charAt(j - 2)
                                && from.charAt(i - 2) == to.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(best, steps[i - 2][j - 2] + 1) : best;
            }
        }
        return steps[from.length()][to.length()];
    }
}
