package tiphys.language.expr;

import java.util.Collection;
import tiphys.manifest.DidYouMean;

/// Ends a sentence about a name that is not there.
final class Similar {
    private static final int MAX_WORDS = 2000;

    private Similar() {}

    /// `, did you mean x?`, or nothing if no word is near.
    static String to(String word, Collection<String> words) {
        return words.size() > MAX_WORDS
                ? ""
                : DidYouMean.nearest(word, words).map(near -> ", did you mean " + near + "?").orElse("");
    }
}
