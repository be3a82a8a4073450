package tiphys.server.http;

import java.util.concurrent.Executors;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The threads of an HTTP server: a handful of platform threads for Jetty's selectors, a virtual thread for each request.
public final class Threads {
    private static final int MOST = 16;
    private static final int LEAST = 2;

    private Threads() {}

    /// A new pool; its server starts and stops it.
    public static QueuedThreadPool pool(String name) {
        var pool = new QueuedThreadPool(MOST, LEAST);
        pool.setName(name);
        pool.setReservedThreads(0);
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-request-", 0).factory()));
        return pool;
    }
}
