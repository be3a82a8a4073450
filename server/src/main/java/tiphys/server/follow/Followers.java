package tiphys.server.follow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/// Bounds how many answers go on at the same time, in the server and of each client, so that other requests always find
/// room. Safe for every thread.
public final class Followers {
    /// The request's attribute that says which client it is of; without it a client is known by its address.
    public static final String CLIENT = "tiphys.client";

    /// When a client that was refused may ask again, in seconds.
    public static final int RETRY_SECONDS = 10;

    private final Limits limits;
    private final Map<String, Integer> each = new HashMap<>();
    private int all;

    /// How many answers may go on.
    ///
    /// @param all in the server
    /// @param each of one client; fewer, so that one that opens ever more leaves some for others
    /// @param connections that the API's port takes: those that follow, and as many again as requests of their own need
    public record Limits(int all, int each, int connections) {
        private static final int OTHER_CONNECTIONS = 2000;
        private static final int OTHER_FILES = 600;
        private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+)");

        /// What docs/api.md promises.
        public static final Limits STANDARD = new Limits(6000);

        private Limits(int all) {
            this(all, all / 2, all + OTHER_CONNECTIONS);
        }

        /// The standard, or less where the system lets this process have fewer files open: each connection is one.
        public static Limits ofThisProcess() {
            return openFiles().stream().mapToObj(Limits::within).findFirst().orElse(STANDARD);
        }

        static Limits within(long files) {
            long connections = Math.max(40, files - OTHER_FILES);
            return connections >= STANDARD.connections()
                    ? STANDARD
                    : new Limits((int) connections / 2, (int) connections / 4, (int) connections);
        }

        private static OptionalLong openFiles() {
            try {
                var limits = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
                return limits.find() ? OptionalLong.of(Long.parseLong(limits.group(1))) : OptionalLong.empty();
            } catch (IOException | NumberFormatException _) {
                return OptionalLong.empty(); // not Linux, or not limited
            }
        }
    }

    public Followers(Limits limits) {
        this.limits = limits;
    }

    public Limits limits() {
        return limits;
    }

    /// Takes a place for an answer that goes on.
    ///
    /// @throws TooMany if the server or the client has as many as it may
    public Place admit(Request request) {
        var client = client(request);
        synchronized (each) {
            if (all >= limits.all()) {
                throw new TooMany("the server answers " + all + " watches, feeds and followed logs already");
            }
            if (each.getOrDefault(client, 0) >= limits.each()) {
                throw new TooMany("this client has " + limits.each() + " watches, feeds and followed logs already");
            }
            all++;
            each.merge(client, 1, Integer::sum);
        }
        return new Place(client);
    }

    /// How many answers go on now.
    public int following() {
        synchronized (each) {
            return all;
        }
    }

    private static String client(Request request) {
        if (request.getAttribute(CLIENT) instanceof String known) {
            return known;
        }
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote
                ? remote.getHostString()
                : "";
    }

    /// A place that was taken, until it is closed.
    public final class Place implements AutoCloseable {
        private final String client;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(String client) {
            this.client = client;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                synchronized (each) {
                    all--;
                    each.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
                }
            }
        }
    }

    /// There is no place. Each API says it in its own form, as 429 with [#RETRY_SECONDS].
    public static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMany(String message) {
            super(message, null, false, false);
        }

        /// What there are too many of.
        public String text() {
            return String.valueOf(getMessage());
        }
    }
}
