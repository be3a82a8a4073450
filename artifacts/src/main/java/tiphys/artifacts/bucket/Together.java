package tiphys.artifacts.bucket;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Artifacts.Trouble;

/// Several things at once, as many as are good for one artifact.
public final class Together {
    private static final int AT_ONCE = 4;

    private Together() {}

    /// Does all of it; what came of it is in the order of the jobs.
    ///
    /// @throws IOException what the first of them threw; those that had not begun are not
    public static <T extends @Nullable Object> List<T> all(List<Callable<T>> jobs) throws IOException {
        var done = new ArrayList<T>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("artifact-", 0).factory())) {
            var open = new ArrayList<Future<T>>();
            jobs.forEach(job -> open.add(threads.submit(job)));
            try {
                for (var one : open) {
                    done.add(one.get());
                }
            } catch (ExecutionException e) {
                open.forEach(one -> one.cancel(false));
                throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
            } catch (InterruptedException e) {
                open.forEach(one -> one.cancel(true));
                Thread.currentThread().interrupt();
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
            }
        }
        return done;
    }
}
