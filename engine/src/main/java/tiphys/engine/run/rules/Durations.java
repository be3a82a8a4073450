package tiphys.engine.run.rules;

import java.time.Duration;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;

/// Times in manifests: durations as Go writes them, or whole seconds.
final class Durations {
    private Durations() {}

    /// @throws EvaluationFailed in Argo's words, if the text is neither
    static Duration of(String text) {
        return GoDuration.parseOrSeconds(text)
                .orElseThrow(() ->
                        new EvaluationFailed(
                                "unable to parse " + text + " as a duration: " + GoDuration.complaint(text)));
    }

    /// The limit of a step.
    ///
    /// @throws EvaluationFailed in Argo's words, if the text is none
    static Duration limit(String text) {
        try {
            return of(text);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("invalid timeout format " + e.getMessage());
        }
    }
}
