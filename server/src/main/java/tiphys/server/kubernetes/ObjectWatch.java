package tiphys.server.kubernetes;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.server.follow.Telling;

/// One watch of objects that the store keeps: its place in the store's window and, if it selects, what it has shown.
final class ObjectWatch implements Telling {
    private static final int PAGE = 500;

    private final ObjectNews news;
    private final Watches.Wanted wanted;
    private final WatchLines lines;
    private final Set<String> shown = new HashSet<>();
    private final boolean selects;
    private long at;
    private long listed;

    ObjectWatch(ObjectNews news, Watches.Wanted wanted, long from) {
        this.news = news;
        this.wanted = wanted;
        this.lines = new WatchLines(wanted);
        this.selects = !wanted.selector().clauses().isEmpty();
        this.at = from;
    }

    /// Sends what there is, if the client wants to know, and remembers it, if it will be needed.
    ///
    /// @throws ObjectStore.Expired if the place that the client names was never this store's
    void begin(KubernetesCall call, boolean initial) throws IOException {
        if (at > news.newest()) {
            throw new ObjectStore.Expired(at, news.newest());
        }
        boolean tell = at == 0 || initial;
        if (tell || selects) {
            listed = list(call, tell);
            if (tell) {
                at = listed;
            }
            if (initial) {
                lines.bookmark(at, true);
            }
        }
        call.send(lines.take());
    }

    /// @return the version of the list
    private long list(KubernetesCall call, boolean tell) throws IOException {
        var next = "";
        while (true) {
            var page = news.objects().list(wanted.type(), wanted.namespace(), wanted.selector(), PAGE, next);
            for (var object : page.objects()) {
                if (selects) {
                    shown.add(object.uid());
                }
                if (tell) {
                    lines.change("ADDED", object);
                }
            }
            next = page.next();
            if (next.isEmpty()) {
                return page.version();
            }
            call.send(lines.take());
        }
    }

    @Override
    public Told next() {
        if (wanted.isOver()) {
            return Told.END;
        }
        var shared = Told.NOTHING.bytes();
        try {
            if (selects) {
                gather();
            } else if (at < news.version()) {
                var piece = news.piece(wanted.type(), wanted.namespace(), at, wanted.rendering(), lines.first());
                at = piece.upTo();
                shared = piece.bytes();
            }
        } catch (ObjectStore.Expired e) {
            return new Told(lines.expired(e), false, true);
        }
        boolean more = at < news.version();
        if (!selects && !lines.bookmarkIsDue()) {
            lines.told(shared);
            return new Told(shared, more, false);
        }
        lines.raw(shared);
        if (lines.bookmarkIsDue()) {
            lines.bookmark(at, false);
        }
        return new Told(lines.take(), more, false);
    }

    private void gather() {
        if (at >= news.version()) {
            return;
        }
        var batch = news.batch(wanted.type(), wanted.namespace(), at);
        if (batch.isEmpty()) {
            at = news.version();
        }
        for (var one : batch) {
            if (ObjectNews.isFull(lines.size()) && one.version() > at) {
                return;
            }
            tell(one);
            at = one.version();
        }
    }

    /// With a selector, an object appears when it begins to match and disappears when it no longer does.
    private void tell(ObjectChange one) {
        var uid = one.object().uid();
        boolean matches = wanted.selector().matches(one.object());
        switch (one.type()) {
            case ADDED -> {
                if (matches) {
                    shown.add(uid);
                    line(one, "ADDED");
                }
            }
            case MODIFIED -> {
                if (matches) {
                    line(one, shown.add(uid) ? "ADDED" : "MODIFIED");
                } else if (shown.remove(uid) || one.version() <= listed) {
                    line(one, "DELETED");
                }
            }
            case DELETED -> {
                if (shown.remove(uid) || matches) {
                    line(one, "DELETED");
                }
            }
        }
    }

    private void line(ObjectChange one, String what) {
        lines.raw(news.line(one, what, wanted.rendering(), lines.first()));
    }
}
