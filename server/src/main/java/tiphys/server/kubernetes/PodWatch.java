package tiphys.server.kubernetes;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import tiphys.objects.ApiObject;
import tiphys.server.follow.Telling;

/// One watch of pods: the snapshot that its client knows.
final class PodWatch implements Telling {
    private final PodNews news;
    private final Watches.Wanted wanted;
    private final WatchLines lines;
    private PodNews.Snapshot known = PodNews.Snapshot.NOTHING;

    PodWatch(PodNews news, Watches.Wanted wanted) {
        this.news = news;
        this.wanted = wanted;
        this.lines = new WatchLines(wanted);
    }

    /// Sends what there is, or what is different from the list that the client has.
    void begin(KubernetesCall call, long from, boolean initial) throws IOException {
        boolean all = from == 0 || initial;
        var listed = all ? Optional.<Map<String, PodLists.Seen>>empty() : news.at(from, wanted);
        known = news.now(wanted);
        for (var pod : known.byUid().values()) {
            var before = listed.map(list -> list.get(pod.uid()));
            if (all || (listed.isPresent() && before.isEmpty())) {
                lines.change("ADDED", pod);
            } else if (before.isEmpty() || !before.get().version().equals(version(pod))) {
                lines.change("MODIFIED", pod);
            }
        }
        listed.ifPresent(list ->
                list.forEach((uid, seen) -> {
                    if (!known.byUid().containsKey(uid)) {
                        lines.change("DELETED", seen.gone(uid));
                    }
                }));
        if (initial) {
            lines.bookmark(news.remember(wanted, known), true);
        }
        call.send(lines.take());
    }

    private static String version(ApiObject pod) {
        return pod.json().textAt("metadata", "resourceVersion").orElse("");
    }

    @Override
    public Told next() {
        if (wanted.isOver()) {
            return Told.END;
        }
        var now = news.inRound(wanted);
        var bytes = known == now ? Told.NOTHING.bytes() : news.lines(known, now, wanted.rendering(), lines.first());
        known = now;
        if (!lines.bookmarkIsDue()) {
            lines.told(bytes);
            return new Told(bytes, false, false);
        }
        lines.raw(bytes);
        lines.bookmark(news.remember(wanted, now), false);
        return new Told(lines.take(), false, false);
    }
}
