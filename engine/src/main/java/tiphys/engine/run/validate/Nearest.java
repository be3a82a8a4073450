package tiphys.engine.run.validate;

import java.util.Collection;
import java.util.List;
import tiphys.manifest.DidYouMean;

/// Which of some names somebody may have meant.
final class Nearest {
    private static final int MAX_LISTED = 10;

    private Nearest() {}

    /// `did you mean "x"?`, the names there are, or nothing.
    static String hint(String written, Collection<String> names) {
        return DidYouMean.hint(written, names)
                .orElseGet(() ->
                        names.isEmpty()
                                ? ""
                                : "there are: " + String.join(", ", List.copyOf(names).subList(0, MAX_LISTED)) + ", …");
    }
}
