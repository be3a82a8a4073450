package tiphys.language.jq;

import java.util.ArrayList;
import java.util.List;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Value;

/// Regular expressions with flags: `g` finds all, `i` minds no case, `x` no blanks, `n` no empty finds, `s` lets `.` be a line's end.
final class JqRegex {
    private JqRegex() {}

    /// @param arguments the pattern, and the flags or null
    static List<Value> matches(String text, List<Value> arguments, Budget budget) {
        var given = arguments.getFirst();
        var flagged = arguments.size() > 1 ? arguments.get(1) : JqValues.NULL;
        if (given instanceof Value.Sequence(var both, _)) {
            given = both.isEmpty() ? JqValues.NULL : both.getFirst();
            flagged = both.size() > 1 ? both.get(1) : flagged;
        }
        var flags = flagged instanceof Value.Null ? "" : JqOperators.text(flagged, "match");
        var inline = new StringBuilder();
        for (int i = 0; i < flags.length(); i++) {
            char flag = flags.charAt(i);
            switch (flag) {
                case 'i', 's' -> inline.append(flag);
                case 'g', 'n', 'x', 'l', 'p' -> {}
                default -> throw new JqError("unsupported regular expression flag: \"" + flags + "\"");
            }
        }
        if (flags.contains("p")) {
            inline.append('s');
        }
        var pattern = JqOperators.text(given, "match");
        if (flags.contains("x")) {
            pattern = pattern.replaceAll("\\s+|#.*", "");
        }
        var whole = inline.isEmpty() ? pattern : "(?" + inline + ")" + pattern;
        List<List<GoRegex.Group>> found;
        try {
            found = GoRegex.groups(whole, text, flags.contains("g") ? -1 : 1, budget);
        } catch (EvaluationFailed e) {
            if (budget.isExceeded()) {
                throw e;
            }
            throw new JqError("invalid regular expression \"" + pattern + "\": " + e.getMessage());
        }
        var all = new ArrayList<Value>();
        for (var groups : found) {
            if (flags.contains("n") && groups.getFirst().from() == groups.getFirst().to()) {
                continue;
            }
            var captures = new ArrayList<Value>();
            for (var group : groups.subList(1, groups.size())) {
                var name = group.name().isEmpty() ? JqValues.NULL : Value.text(group.name());
                captures.add(with(part(text, group), "name", name));
            }
            all.add(with(part(text, groups.getFirst()), "captures", Value.list(captures)));
        }
        return all;
    }

    private static Value.Mapping with(Value.Mapping map, String key, Value value) {
        return map.with(key, value);
    }

    private static Value.Mapping part(String text, GoRegex.Group group) {
        if (group.from() < 0) {
            return JqFunctions.object("offset", Value.number(-1), "length", Value.number(0), "string", JqValues.NULL);
        }
        var found = text.substring(group.from(), group.to());
        return JqFunctions.object(
                "offset", Value.number(text.codePointCount(0, group.from())),
                "length", Value.number(found.codePointCount(0, found.length())),
                "string", Value.text(found));
    }

    static Value split(String text, List<Value> arguments, Budget budget) {
        var flags = arguments.get(1) instanceof Value.Text(var given, _) ? given : "";
        var parts = new ArrayList<Value>();
        int last = 0;
        for (var match : matches(text, List.of(arguments.getFirst(), Value.text(flags + "g")), budget)) {
            int from = text.offsetByCodePoints(0, (int) JqValues.number(match.find("offset").orElseThrow()));
            parts.add(Value.text(text.substring(last, from)));
            last = text.offsetByCodePoints(from, (int) JqValues.number(match.find("length").orElseThrow()));
        }
        parts.add(Value.text(text.substring(last)));
        return Value.list(parts);
    }
}
