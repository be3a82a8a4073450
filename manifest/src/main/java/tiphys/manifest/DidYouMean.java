package tiphys.manifest;

import java.util.Collection;
import java.util.Optional;

/// Finds the word that somebody may have meant by one that is not there.
public final class DidYouMean {
    private static final int MAX_LENGTH = 64;
    private static final int MAX_LISTED = 10;
    private static final int PLURAL = 2;

    private DidYouMean() {}

    /// The word that is nearest to what was written, if one is near: a third of the letters may differ, or
    /// a plural's ending.
    public static Optional<String> nearest(String written, Collection<String> words) {
        if (written.isEmpty() || written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int least = Math.max(1, written.length() / 3) + 1;
        Optional<String> best = Optional.empty();
        for (var word : words) {
            int longer = Math.abs(word.length() - written.length());
            if (longer < Math.max(least, PLURAL + 1)) {
                int distance =
                        word.equalsIgnoreCase(written)
                                ? 0
                                : word.startsWith(written) || written.startsWith(word) ? 1 : distance(written, word);
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

    private static int distance(String one, String other) {
        var before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + change);
            }
            before = now;
        }
        return before[other.length()];
    }
}
