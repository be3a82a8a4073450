package tiphys.engine.run;

import java.util.Collection;
import java.util.Comparator;

/// Which of some names somebody may have meant.
final class Nearest {
    private Nearest() {}

    /// `did you mean "x"?`, the names there are, or nothing.
    static String hint(String written, Collection<String> names) {
        var nearest = names.stream().min(Comparator.comparingInt(name -> distance(written, name)));
        if (nearest.isPresent() && distance(written, nearest.get()) <= Math.max(1, written.length() / 3)) {
            return "did you mean \"" + nearest.get() + "\"?";
        }
        return names.isEmpty() ? "" : "there are: " + String.join(", ", names.stream().limit(10).toList());
    }

    private static int distance(String one, String other) {
        if (one.length() > 200 || other.length() > 200) {
            return one.equals(other) ? 0 : 200;
        }
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
