package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoJson;

/// Reads from JSON text by a gjson path, as `dataKey`, `contextKey` and the filters' `path` do: children and indexes, `#`
/// (length and projection), queries, wildcards, multipaths, pipes and modifiers. It goes through the text and makes no
/// tree: what it finds is the text as it was written. Where the text is no JSON, or a path has no sense, it finds what
/// gjson 1.18 finds.
public final class GjsonPath {
    private static final int DEEPEST = 500;
    private static final int LONGEST = 16_384;
    private static final Set<String> STATIC_WORDS = Set.of("true", "false", "null", "nan", "inf");

    private final Budget budget;
    private int depth;

    GjsonPath(Budget budget) {
        this.budget = budget;
    }

    /// What the path finds.
    ///
    /// @param json JSON text
    /// @throws EvaluationFailed if the path is too long, goes too deep or the budget is spent
    public static Found find(String json, String path, Budget budget) {
        if (path.length() > LONGEST) {
            throw new EvaluationFailed("the path is longer than " + LONGEST + " characters");
        }
        return new GjsonPath(budget).find(json, 0, json.length(), path);
    }

    /// The first value of a text.
    public static Found first(String json) {
        return Found.first(json);
    }

    Found find(Found in, String path) {
        return find(in.json(), in.from(), in.to(), path);
    }

    Found find(String json, int from, int to, String path) {
        budget.spend(1 + path.length() / 64);
        if (++depth > DEEPEST) {
            throw new EvaluationFailed("the path goes deeper than " + DEEPEST + " levels");
        }
        try {
            return special(json, from, to, path).orElseGet(() -> plain(json, from, to, path));
        } finally {
            depth--;
        }
    }

    /// The state of one way through a text: what it found, and what is to be done with that.
    private static final class Search {
        final String json;
        final int to;
        Found found = Found.NOTHING;
        boolean hit;
        boolean piped;
        String pipe = "";

        Search(String json, int to) {
            this.json = json;
            this.to = to;
        }

        void pipe(String rest) {
            piped = true;
            pipe = rest;
        }
    }

    private Found plain(String json, int from, int to, String path) {
        var search = new Search(json, to);
        if (path.startsWith("..")) {
            list(search, from, path.substring(2));
        } else {
            int i = from;
            while (i < to && json.charAt(i) != '{' && json.charAt(i) != '[') {
                i++;
            }
            if (i < to) {
                inside(search, i, path);
            }
        }
        return search.piped ? find(search.found, search.pipe).detached() : search.found;
    }

    private int inside(Search search, int at, String path) {
        if (++depth > DEEPEST) {
            throw new EvaluationFailed("the path goes deeper than " + DEEPEST + " levels");
        }
        int end = search.json.charAt(at) == '{' ? object(search, at + 1, path) : list(search, at + 1, path);
        depth--;
        return end;
    }

    /// Goes through an object's fields; gives the place behind it, or behind what was found.
    private int object(Search search, int from, String path) {
        var json = search.json;
        var part = GjsonPart.inObject(path);
        if (part.piped()) {
            search.pipe(part.rest());
        }
        int i = from;
        while (i < search.to) {
            char c = json.charAt(i);
            if (c != '"' && c != '}') {
                i++;
                continue;
            }
            int key = c == '}' ? -1 : JsonScan.text(json, i, search.to);
            if (key < 0) {
                search.hit = false;
                return c == '}' ? i + 1 : search.to;
            }
            boolean matched = matches(part, json, i + 1, key - 1);
            int at = JsonScan.next(json, key, search.to);
            if (at == search.to) {
                break;
            }
            if (matched && part.more() && (json.charAt(at) == '{' || json.charAt(at) == '[')) {
                i = inside(search, at, part.rest());
                if (search.hit) {
                    return i;
                }
                continue;
            }
            i = JsonScan.end(json, at, search.to);
            if (i < 0) {
                break;
            }
            budget.spend(1 + (i - at) / 64);
            if (matched && !part.more()) {
                search.found = Found.at(json, at, i, search.to);
                search.hit = true;
                return i;
            }
        }
        search.hit = false;
        return search.to;
    }

    private boolean matches(GjsonPart part, String json, int from, int to) {
        if (part.wild()) {
            return Wildcards.match(JsonScan.unescaped(json, from, to), part.key(), budget);
        }
        int escape = json.indexOf('\\', from, to);
        return escape < 0
                ? to - from == part.key().length() && json.startsWith(part.key(), from)
                : JsonScan.unescaped(json, from, to).equals(part.key());
    }

    /// Goes through a list's items; gives the place behind it, or behind what was found.
    private int list(Search search, int from, String path) {
        var json = search.json;
        var part = GjsonPart.inList(path);
        if (part.piped()) {
            search.pipe(part.rest());
        }
        long wanted = part.counts() ? -1 : index(part.key());
        var items = part.each() ? Optional.of(new Items(search, part.rest())) : Optional.<Items>empty();
        var query = part.query().asked() ? Optional.of(new Query(search, part)) : Optional.<Query>empty();
        int count = 0;
        int i = from;
        while (true) {
            int at = i;
            while (at < search.to && json.charAt(at) != ']' && !JsonScan.begins(json.charAt(at))) {
                at++;
            }
            if (at >= search.to || json.charAt(at) == ']') {
                ended(search, part, count, items, query);
                return at + 1;
            }
            boolean matched = wanted == count;
            count++;
            if (matched && part.more() && (json.charAt(at) == '{' || json.charAt(at) == '[')) {
                i = inside(search, at, part.rest());
                if (search.hit) {
                    return i;
                }
                continue;
            }
            i = JsonScan.end(json, at, search.to);
            if (i < 0) {
                search.hit = false;
                return search.to;
            }
            budget.spend(1 + (i - at) / 64);
            var item = Found.at(json, at, i, search.to);
            if (query.isPresent()) {
                if (query.get().take(item)) {
                    search.hit = true;
                    return i;
                }
            } else if (matched && !part.more()) {
                search.found = item;
                search.hit = true;
                return i;
            } else if (items.isPresent()) {
                items.get().take(item);
            }
        }
    }

    private static void ended(Search search, GjsonPart part, int count, Optional<Items> items, Optional<Query> query) {
        search.hit = part.counts() && part.key().equals("#");
        if (search.hit) {
            search.found = items.isPresent() ? items.get().made() : Found.count(count);
        } else if (!search.found.exists() && query.isPresent()) {
            search.found = query.get().made();
        }
    }

    /// The index that a part is; -2 if it is none.
    private static long index(String part) {
        if (part.isEmpty() || part.length() > 18) {
            return -2;
        }
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                return -2;
            }
        }
        return Long.parseLong(part);
    }

    /// A list that is made from what a search finds in each item.
    private final class Made {
        final StringBuilder json = new StringBuilder("[");
        final List<Integer> places = new ArrayList<>();
        private final String source;

        Made(String source) {
            this.source = source;
        }

        void add(Found found) {
            budget.make(8L + found.to() - found.from());
            if (json.length() > 1) {
                json.append(',');
            }
            json.append(found.json(), found.from(), found.to());
            places.add(found.place(source));
        }

        Found list() {
            return Found.made(json.append(']').toString(), places);
        }
    }

    /// `#.x`: each item's find, of those that have one.
    private final class Items {
        private final Made made;
        private final String path;

        Items(Search search, String path) {
            var cut = GjsonPart.pipe(path);
            cut.ifPresent(pipe -> search.pipe(pipe.behind()));
            this.path = cut.map(GjsonPart.Cut::before).orElse(path);
            this.made = new Made(search.json);
        }

        void take(Found item) {
            var found = find(item, path);
            if (found.exists()) {
                made.add(found);
            }
        }

        Found made() {
            return made.list();
        }
    }

    /// `#(…)`: the first item that matches, or all of them.
    private final class Query {
        private final Search search;
        private final GjsonPart part;
        private final Made made;
        private String rest;

        Query(Search search, GjsonPart part) {
            this.search = search;
            this.part = part;
            this.rest = part.rest();
            this.made = new Made(search.json);
        }

        /// Whether the item is what was looked for, so that the search ends.
        boolean take(Found item) {
            var query = part.query();
            if (!item.isNested() && !query.left().isEmpty()) {
                return false;
            }
            if (!query.matches(item.isNested() ? find(item, query.left()) : item, budget)) {
                return false;
            }
            var found = item;
            if (part.more()) {
                GjsonPart.pipe(rest)
                        .ifPresent(cut -> {
                            rest = cut.before();
                            search.pipe(cut.behind());
                        });
                found = find(item, rest);
            }
            if (!query.all()) {
                search.found = found;
                return true;
            }
            if (found.to() > found.from()) {
                made.add(found);
            }
            return false;
        }

        Found made() {
            return part.query().all() ? made.list() : Found.NOTHING;
        }
    }

    /// What a path finds that begins with a modifier, a literal or a multipath; empty if it does not.
    private Optional<Found> special(String json, int from, int to, String path) {
        if (path.length() < 2) {
            return Optional.empty();
        }
        return switch (path.charAt(0)) {
            case '@' ->
                    GjsonModifier.read(path)
                            .map(modifier -> {
                                budget.make(to - from);
                                var made = modifier.apply(json.substring(from, to), this, budget);
                                return rest(made, path, modifier.length());
                            });
            case '!' -> literal(path);
            case '[', '{' -> Optional.of(many(json, from, to, path));
            default -> Optional.empty();
        };
    }

    /// What the rest of a path finds in a text that was made.
    private Found rest(String made, String path, int at) {
        boolean more = at < path.length() && (path.charAt(at) == '|' || path.charAt(at) == '.');
        return more ? find(made, 0, made.length(), path.substring(at + 1)).detached() : Found.first(made);
    }

    private Optional<Found> literal(String path) {
        if ("{[\"+-0123456789".indexOf(path.charAt(1)) >= 0) {
            int end = JsonScan.nested(path, 1, path.length());
            return Optional.of(rest(path.substring(1, end), path, end));
        }
        int end = 1;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '|') {
            end++;
        }
        var word = path.substring(1, end);
        return STATIC_WORDS.contains(word.toLowerCase(Locale.ROOT))
                ? Optional.of(rest(word, path, end))
                : Optional.empty();
    }

    /// `[a,b]` or `{a,"k":b}`: a list or an object of what each path finds. One that does not end is a path of nothing, and
    /// one that something else follows than a dot or a pipe is not there.
    private Found many(String json, int from, int to, String path) {
        var members = GjsonMembers.read(path);
        if (members.isEmpty()) {
            return plain(json, from, to, "");
        }
        int end = members.get().length();
        if (end == path.length()) {
            return made(json, from, to, path.charAt(0), members.get());
        }
        return path.charAt(end) == '.' || path.charAt(end) == '|'
                ? find(made(json, from, to, path.charAt(0), members.get()), path.substring(end + 1)).detached()
                : plain(json, from, to, path.substring(end));
    }

    private Found made(String json, int from, int to, char open, GjsonMembers members) {
        var out = new StringBuilder().append(open);
        for (var member : members.members()) {
            var found = find(json, from, to, member.path());
            if (!found.exists()) {
                continue;
            }
            budget.make(8L + member.path().length() + found.to() - found.from());
            if (out.length() > 1) {
                out.append(',');
            }
            if (open == '{') {
                if (member.name().startsWith("\"") && GoJson.isValid(member.name())) {
                    out.append(member.name());
                } else {
                    JsonScan.quote(member.key(), out);
                }
                out.append(':');
            }
            if (found.to() == found.from()) {
                out.append("null");
            }
            out.append(found.json(), found.from(), found.to());
        }
        return Found.made(out.append(open == '[' ? ']' : '}').toString(), List.of());
    }
}
