package tiphys.language.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// The patterns that were compiled lately, so that a filter does not compile its pattern for each event. Bounded in number
/// and in what they take together. Safe for every thread; it holds nothing that an answer depends on.
final class CompiledPatterns {
    private static final int MOST = 512;
    private static final long MOST_INSTRUCTIONS = 200_000;
    private static final int BYTES_OF_INSTRUCTION = 48;
    private static final int CHEAPEST = 16;

    /// A compiled pattern.
    ///
    /// @param size its program's size as it was estimated before it was made
    record Compiled(Pattern pattern, long size) {
        /// What a look at a character costs, in 64ths of a step.
        long weight() {
            return CHEAPEST + size;
        }
    }

    private final Map<String, Compiled> kept = new LinkedHashMap<>(64, 0.75f, true);
    private long instructions;

    /// @throws EvaluationFailed `error parsing regexp: …`, or if its program is more than the budget has
    Compiled get(String pattern, Budget budget) {
        budget.spend(1 + pattern.length() / 8);
        synchronized (kept) {
            var found = kept.get(pattern);
            if (found != null) {
                budget.make(found.size() * BYTES_OF_INSTRUCTION);
                return found;
            }
        }
        var seen = GoSyntax.look(pattern);
        budget.make(seen.instructions() * BYTES_OF_INSTRUCTION);
        var compiled = new Compiled(compiled(seen.text()), seen.instructions());
        if (!seen.complaint().isEmpty()) {
            throw new EvaluationFailed("error parsing regexp: " + seen.complaint());
        }
        keep(pattern, compiled);
        return compiled;
    }

    private static Pattern compiled(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            boolean closesTooMuch = e.getPattern().equals("stack underflow");
            throw new EvaluationFailed(
                    "error parsing regexp: "
                            + (closesTooMuch ? "unexpected )" : e.getDescription())
                            + ": `"
                            + (closesTooMuch ? pattern : e.getPattern())
                            + "`");
        } catch (StackOverflowError _) {
            throw new EvaluationFailed("error parsing regexp: expression nests too deeply: `" + pattern + "`");
        }
    }

    private void keep(String pattern, Compiled compiled) {
        if (compiled.size() > MOST_INSTRUCTIONS / 4) {
            return;
        }
        synchronized (kept) {
            if (kept.put(pattern, compiled) == null) {
                instructions += compiled.size();
            }
            var oldest = kept.values().iterator();
            while (kept.size() > MOST || instructions > MOST_INSTRUCTIONS) {
                instructions -= oldest.next().size();
                oldest.remove();
            }
        }
    }
}
