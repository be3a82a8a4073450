package tiphys.server.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Rounds;
import tiphys.server.follow.Telling;

/// Streams what happens to objects, as `watch=true` asks. A watch begins on its request's thread, which lists what there is,
/// and goes on in rounds: it holds its place, reads short batches of the store's window and no transaction open. Pods have
/// no window, since they are views: their list is compared twice a second. Services that are views of event sources do not
/// appear.
final class Watches {
    private static final byte[] LINE_END = {'\n'};

    /// An idle stream carries a line end this often, so that one whose client has gone is noticed and ends.
    private static final Duration QUIET = Duration.ofSeconds(30);

    private static final Rounds.Pace OBJECTS =
            new Rounds.Pace("watches", Duration.ofMillis(10), Duration.ZERO, QUIET, LINE_END);
    private static final Rounds.Pace PODS =
            new Rounds.Pace("pod-watches", Duration.ofMillis(10), Duration.ofMillis(500), QUIET, LINE_END);
    private static final long LONGEST_SECONDS = 3600;

    private final Followers followers;
    private final ObjectNews objectNews;
    private final PodNews podNews;
    private final Rounds objectRounds;
    private final Rounds podRounds;

    Watches(Objects objects, ObjectStore store, PodLists lists, Followers followers) {
        this.followers = followers;
        objectNews = new ObjectNews(objects, store);
        podNews = new PodNews(objects, lists);
        objectRounds = new Rounds(OBJECTS, objectNews::begin);
        podRounds = new Rounds(PODS, podNews::begin);
        store.onChange(_ -> objectRounds.wake());
    }

    /// What a watch is of.
    ///
    /// @param selection namespace and selectors as one text
    /// @param bookmarks whether the client wants to know from time to time how far it has come
    /// @param end when its time is over, on the clock of `System.nanoTime`
    record Wanted(
            ResourceType type,
            Optional<String> namespace,
            Selector selector,
            String selection,
            Rendering rendering,
            boolean bookmarks,
            long end) {
        boolean isOver() {
            return System.nanoTime() - end >= 0;
        }
    }

    /// Begins to answer with the stream; it goes on until its time is over, the client is gone or the server stops.
    void serve(
            KubernetesCall call, ResourceType type, Optional<String> namespace, Selector selector, Rendering rendering)
            throws IOException {
        long from = call.number("resourceVersion").orElse(0L);
        boolean initial = call.parameter("sendInitialEvents").isPresent() && call.flag("sendInitialEvents");
        long seconds = Math.min(LONGEST_SECONDS, call.number("timeoutSeconds").orElse(LONGEST_SECONDS / 2));
        var wanted =
                new Wanted(
                        type,
                        namespace,
                        selector,
                        call.selection(namespace),
                        rendering,
                        call.flag("allowWatchBookmarks"),
                        System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        var place = followers.admit(call.request());
        var goesOn = false;
        try {
            call.begin("application/json");
            goesOn = begin(call, wanted, from, initial, place);
        } catch (ObjectStore.Expired e) {
            call.send(new WatchLines(wanted).expired(e));
            call.end();
        } finally {
            if (!goesOn) {
                place.close();
            }
        }
    }

    private boolean begin(KubernetesCall call, Wanted wanted, long from, boolean initial, Followers.Place place)
            throws IOException {
        if (wanted.type().equals(Served.DEPLOYMENT)) {
            call.send(LINE_END);
            goOn(objectRounds, call, place, () -> wanted.isOver() ? Telling.Told.END : Telling.Told.NOTHING);
        } else if (wanted.type().equals(ResourceTypes.POD)) {
            var watch = new PodWatch(podNews, wanted);
            watch.begin(call, from, initial);
            goOn(podRounds, call, place, watch);
        } else {
            var watch = new ObjectWatch(objectNews, wanted, from);
            watch.begin(call, initial);
            goOn(objectRounds, call, place, watch);
        }
        return true;
    }

    private static void goOn(Rounds rounds, KubernetesCall call, Followers.Place place, Telling telling) {
        rounds.follow(call.request(), call.response(), call.handOver(), place, telling);
    }

    /// Every watch ends.
    void close() {
        objectRounds.close();
        podRounds.close();
    }
}
