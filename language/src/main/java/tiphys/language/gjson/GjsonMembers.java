package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The members of a multipath, `[a,b]` or `{a,"k":b}`.
///
/// @param length how much of the path it takes
record GjsonMembers(List<Member> members, int length) {
    /// @param name as it is written; empty if it has none
    record Member(String name, String path) {
        /// The key it gets: its name, or its path's last part if that is a plain one.
        String key() {
            if (!name.isEmpty()) {
                return name;
            }
            var last = path;
            for (int i = path.length() - 1; i >= 0; i--) {
                boolean cuts = path.charAt(i) == '|' || path.charAt(i) == '.';
                if (cuts && (i == 0 || path.charAt(i - 1) != '\\')) {
                    last = path.substring(i + 1);
                    break;
                }
            }
            return last.chars().anyMatch(c -> c < ' ' || "[]{}()#|!".indexOf(c) >= 0) ? "_" : last;
        }
    }

    /// The members that a path begins with; empty if they do not end.
    static Optional<GjsonMembers> read(String path) {
        var members = new ArrayList<Member>();
        int depth = 1;
        int modifier = 0;
        int colon = 0;
        int start = 1;
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            switch (c) {
                case '\\' -> i++;
                case '@' -> {
                    if (modifier == 0 && (path.charAt(i - 1) == '.' || path.charAt(i - 1) == '|')) {
                        modifier = i;
                    }
                }
                case ':' -> {
                    if (modifier == 0 && colon == 0 && depth == 1) {
                        colon = i;
                    }
                }
                case '"' -> i = GjsonPart.quoteEnd(path, i);
                case '[', '(', '{' -> depth++;
                case ']', ')', '}', ',' -> {
                    depth -= c == ',' ? 0 : 1;
                    if (depth == (c == ',' ? 1 : 0)) {
                        members.add(
                                colon == 0
                                        ? new Member("", path.substring(start, i))
                                        : new Member(path.substring(start, colon), path.substring(colon + 1, i)));
                        colon = 0;
                        modifier = 0;
                        start = i + 1;
                    }
                    if (depth == 0) {
                        return Optional.of(new GjsonMembers(members, start));
                    }
                }
                default -> {}
            }
        }
        return Optional.empty();
    }
}
