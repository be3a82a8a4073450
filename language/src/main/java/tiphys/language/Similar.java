package tiphys.language;

import java.util.Collection;

/// Finds the word that someone may have meant.
final class Similar {
    private static final int MAX_LENGTH = 64;
    private static final int MAX_WORDS = 2000;

    private Similar() {}

    /// `, did you mean x?`, or nothing if no word is near.
    static String hint(String word, Collection<String> words) {
        if (word.length() > MAX_LENGTH || words.size() > MAX_WORDS) {
            return "";
        }
        String best = "";
        int least = Math.min(3, word.length() / 2 + 1);
        for (var other : words) {
            int distance = other.length() > MAX_LENGTH ? least : distance(word, other);
            if (distance < least) {
                least = distance;
                best = other;
            }
        }
        return best.isEmpty() ? "" : ", did you mean " + best + "?";
    }

    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
