package tiphys.kubernetes.client;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tiphys.manifest.Value;

/// Follows a collection of objects: lists it, then watches it from there; lists anew when the server no longer has the changes since,
/// and goes on after a while when it does not answer. One thread tells everything, in order.
public final class Following implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Following.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int PAGE = 500;

    /// Who hears of the objects.
    public interface Listener {
        /// All that are there now; what is not among them is gone.
        void listed(List<Value.Mapping> objects);

        /// One that is new or was changed.
        void seen(Value.Mapping object);

        /// One that is gone, as it was at last.
        void gone(Value.Mapping object);
    }

    private final ApiClient client;
    private final String path;
    private final Listener listener;
    private final CountDownLatch listedOnce = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile String problem = "no answer";
    private String version = "";

    /// @param path of the collection, with selectors
    public Following(ApiClient client, String path, Listener listener) {
        this.client = client;
        this.path = path;
        this.listener = listener;
        thread = Thread.ofVirtual().name("following " + path).start(this::run);
    }

    /// Waits until all objects were told once.
    ///
    /// @throws IOException if they were not in that time; the message says why
    public void awaitListed(Duration time) throws IOException {
        try {
            if (!listedOnce.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "the cluster did not list " + path + " within " + time.toSeconds() + " s: " + problem);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the cluster listed " + path, e);
        }
    }

    private void run() {
        var pause = FIRST_PAUSE;
        while (!closed) {
            try {
                if (version.isEmpty()) {
                    list();
                    listedOnce.countDown();
                }
                if (watch()) {
                    pause = FIRST_PAUSE;
                    continue;
                }
            } catch (IOException | RuntimeException e) {
                if (closed) {
                    return;
                }
                problem = String.valueOf(e.getMessage());
                LOG.log(e instanceof IOException ? Level.DEBUG : Level.WARNING, "following " + path, e);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException _) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private void list() throws IOException {
        var all = new ArrayList<Value.Mapping>();
        var next = "";
        Answer answer;
        do {
            answer = client.get(with("limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + next)));
            if (!answer.done()) {
                throw new IOException(answer.message());
            }
            for (var item : answer.body().listAt("items")) {
                all.add((Value.Mapping) item);
            }
            next = answer.body().textAt("metadata", "continue").orElse("");
        } while (!next.isEmpty());
        listener.listed(all);
        version = answer.body().textAt("metadata", "resourceVersion").orElse("");
    }

    /// @return whether it went on until it was to end
    private boolean watch() throws IOException {
        var ended = client.watch(with("resourceVersion=" + version), this::heard);
        if (!ended.done()) {
            version = ended.code() == 410 ? "" : version;
            LOG.log(Level.DEBUG, "the watch of {0} was refused: {1}", path, ended.message());
        }
        return ended.done();
    }

    private void heard(Value.Mapping event) {
        var object = event.mapAt("object");
        switch (event.textAt("type").orElse("")) {
            case "ADDED", "MODIFIED" -> listener.seen(object);
            case "DELETED" -> listener.gone(object);
            case "ERROR" -> {
                version = "";
                return;
            }
            default -> {} // a bookmark
        }
        object.textAt("metadata", "resourceVersion").ifPresent(now -> version = now);
    }

    private String with(String query) {
        return path + (path.contains("?") ? "&" : "?") + query;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
