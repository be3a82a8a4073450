package tiphys.server.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tiphys.engine.Runs;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.http.Problem;

/// The list of runs as people want it: of several phases or templates, of a time, with labels, in an order. What the list of
/// runs cannot select by itself is looked for among a bounded number of runs, newest first.
final class RunSearch {
    /// How many runs one request looks at.
    private static final int MOST_LOOKED_AT = 5_000;

    /// Among how many matching runs an order other than by creation holds.
    private static final int MOST_SORTED = 1_000;

    private static final int PAGE = 500;

    private static final Map<String, Comparator<Runs.Summary>> ORDERS =
            Map.of(
                    "name", Comparator.comparing(Runs.Summary::name),
                    "phase", Comparator.comparing(Runs.Summary::phase),
                    "template", Comparator.comparing(Runs.Summary::template),
                    "created", Comparator.comparing(Runs.Summary::createdAt),
                    "started", Comparator.comparing(Runs.Summary::startedAt),
                    "finished", Comparator.comparing(Runs.Summary::finishedAt),
                    "duration", Comparator.comparing(RunSearch::duration));

    private final Runs runs;
    private final Objects objects;

    RunSearch(Runs runs, Objects objects) {
        this.runs = runs;
        this.objects = objects;
    }

    void list(Call call) {
        int limit = call.limit();
        var wish = new Wish(call);
        var order = order(call.text("sort"));
        var found =
                order.isEmpty()
                        ? newestFirst(wish, call.text("before"), limit)
                        : sorted(wish, order.get(), (int) Math.min(call.number("before", 0), MOST_SORTED), limit);
        call.answer(
                Value.object(
                        "items",
                        found.runs.stream().map(run -> json(run, wish.showLabels)).toList(),
                        "next",
                        found.next));
    }

    /// A page of runs.
    ///
    /// @param next what `before` has to be for the next page; empty if there is none
    private record Found(List<Runs.Summary> runs, String next) {}

    private Found newestFirst(Wish wish, String before, int limit) {
        if (wish.isPlain()) {
            var page = runs.list(wish.query(before, limit));
            return new Found(page, page.size() < limit ? "" : page.getLast().uid());
        }
        var found = new ArrayList<Runs.Summary>();
        var place = before;
        for (int looked = 0; looked < MOST_LOOKED_AT; ) {
            var page = runs.list(wish.query(place, PAGE));
            for (var run : page) {
                place = run.uid();
                if (wish.tooOld(run)) {
                    return new Found(found, "");
                }
                if (matches(wish, run)) {
                    found.add(run);
                    if (found.size() == limit) {
                        return new Found(found, place);
                    }
                }
            }
            looked += page.size();
            if (page.size() < PAGE) {
                return new Found(found, "");
            }
        }
        return new Found(found, place); // not all were looked at: the next page goes on from here
    }

    private Found sorted(Wish wish, Comparator<Runs.Summary> order, int from, int limit) {
        var all = new ArrayList<>(newestFirst(wish, "", MOST_SORTED).runs);
        all.sort(order); // a stable sort: what is alike stays newest first
        int start = Math.min(from, all.size());
        int end = Math.min(start + limit, all.size());
        return new Found(all.subList(start, end), end < all.size() ? Integer.toString(end) : "");
    }

    private boolean matches(Wish wish, Runs.Summary run) {
        return wish.matches(run)
                && (wish.labels.equals(Selector.ALL) || workflow(run).filter(wish.labels::matches).isPresent());
    }

    /// The object of a run, unless it is gone or another one has its name now.
    private Optional<ApiObject> workflow(Runs.Summary run) {
        return objects.find(new ObjectKey(ResourceTypes.WORKFLOW, run.namespace(), run.name()))
                .filter(object -> object.uid().equals(run.uid()));
    }

    private Value.Mapping json(Runs.Summary run, boolean withLabels) {
        var json = RunRequests.json(run);
        return withLabels
                ? json.with(
                        "labels",
                        workflow(run)
                                .map(object -> object.json().mapAt("metadata", "labels"))
                                .orElse(Value.Mapping.EMPTY))
                : json;
    }

    /// The order that `sort` says; empty for the newest first, as they are stored.
    private static Optional<Comparator<Runs.Summary>> order(String sort) {
        if (sort.isEmpty() || sort.equals("-created")) {
            return Optional.empty();
        }
        boolean descending = sort.startsWith("-");
        var order = ORDERS.get(descending ? sort.substring(1) : sort);
        if (order == null) {
            throw wrong(
                    "runs cannot be sorted by \"" + Call.shortened(sort) + "\"",
                    "sort by one of "
                            + ORDERS.keySet().stream().sorted().collect(Collectors.joining(", "))
                            + "; a - before it reverses the order");
        }
        return Optional.of(descending ? order.reversed() : order);
    }

    /// How long a run took; one that did not end counts as the longest, one that did not start as the shortest.
    private static Duration duration(Runs.Summary run) {
        if (run.startedAt().isEmpty()) {
            return Duration.ZERO;
        }
        return run.finishedAt().isEmpty()
                ? Duration.ofSeconds(Long.MAX_VALUE)
                : Duration.between(Instant.parse(run.startedAt()), Instant.parse(run.finishedAt()));
    }

    private static Problem.Thrown wrong(String message, String hint) {
        return new Problem(400, "TIP-4002", message, hint).thrown();
    }

    /// What the query asks for.
    private static final class Wish {
        private final String namespace;
        private final Set<String> phases;
        private final Set<String> templates;
        private final String search;
        private final Optional<Instant> from;
        private final Optional<Instant> to;
        private final Selector labels;
        private final boolean showLabels;

        Wish(Call call) {
            namespace = call.text("namespace");
            phases = words(call.text("phase"));
            templates = words(call.text("template"));
            search = call.text("search");
            from = instant(call, "from");
            to = instant(call, "to");
            labels = Selector.parse(call.text("labels"), "");
            showLabels = call.flag("showLabels");
        }

        private static Set<String> words(String text) {
            return Arrays.stream(text.split(",", -1)).filter(word -> !word.isEmpty()).collect(Collectors.toSet());
        }

        /// Whether the list of runs can select them by itself.
        boolean isPlain() {
            return phases.size() < 2
                    && templates.size() < 2
                    && from.isEmpty()
                    && to.isEmpty()
                    && labels.equals(Selector.ALL);
        }

        Runs.Query query(String before, int limit) {
            return new Runs.Query(namespace, only(phases), only(templates), search, before, limit);
        }

        private static String only(Set<String> words) {
            return words.size() == 1 ? words.iterator().next() : "";
        }

        boolean matches(Runs.Summary run) {
            return isOneOf(phases, run.phase())
                    && isOneOf(templates, run.template())
                    && to.filter(end -> created(run).isAfter(end)).isEmpty();
        }

        private static boolean isOneOf(Set<String> wanted, String actual) {
            return wanted.isEmpty() || wanted.contains(actual);
        }

        /// Whether this run and all after it in the list were made too early.
        boolean tooOld(Runs.Summary run) {
            return from.filter(start -> created(run).isBefore(start)).isPresent();
        }

        private static Instant created(Runs.Summary run) {
            return Instant.parse(run.createdAt());
        }
    }

    /// An instant of the query; empty if it is not there.
    ///
    /// @throws Problem.Thrown 400 if it is something else
    static Optional<Instant> instant(Call call, String name) {
        return Optional.of(call.text(name)).filter(text -> !text.isEmpty()).map(parsed(name));
    }

    private static Function<String, Instant> parsed(String name) {
        return text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw wrong(
                        "the parameter " + name + " should be an instant, not \"" + Call.shortened(text) + "\"",
                        "write it as 2026-11-24T14:00:00Z");
            }
        };
    }
}
