package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.language.value.NoList;

/// Functions of regular expressions. A pattern that cannot be read fails all but `regexMatch`, which then finds nothing.
final class Regexes {
    private Regexes() {}

    static void add(Sprig.Registry all) {
        all.put("regexMatch", "ss", Regexes::matched);
        all.put("mustRegexMatch", "ss", a -> GoRegex.find(a.text(0), a.text(1), a.budget()));
        all.put("regexFind mustRegexFind", "ss", a -> GoRegex.first(a.text(0), a.text(1), a.budget()).orElse(""));
        all.put("regexFindAll mustRegexFindAll", "ssi", Regexes::all);
        all.put(
                "regexReplaceAll mustRegexReplaceAll",
                "sss",
                a -> GoRegex.replace(a.text(0), a.text(1), a.text(2), a.budget()));
        all.put(
                "regexReplaceAllLiteral mustRegexReplaceAllLiteral",
                "sss",
                a -> GoRegex.replaceLiteral(a.text(0), a.text(1), a.text(2), a.budget()));
        all.put("regexSplit mustRegexSplit", "ssi", Regexes::split);
        all.put("regexQuoteMeta", "s", a -> a.made(GoRegex.quote(a.made(a.text(0)))));
    }

    private static boolean matched(Arguments a) {
        try {
            return GoRegex.find(a.text(0), a.text(1), a.budget());
        } catch (EvaluationFailed e) {
            if (a.budget().isExceeded()) {
                throw e;
            }
            return false;
        }
    }

    private static List<@Nullable Object> all(Arguments a) {
        var found = GoRegex.all(a.text(0), a.text(1), a.whole(2), a.budget());
        return found.isEmpty() ? NoList.NONE : new ArrayList<>(found);
    }

    private static List<@Nullable Object> split(Arguments a) {
        return a.whole(2) == 0
                ? NoList.NONE
                : new ArrayList<>(GoRegex.split(a.text(0), a.text(1), a.whole(2), a.budget()));
    }
}
