package tiphys.server.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Tells followers what is new, all of them in rounds by one thread. A follower costs its place in what it follows and at
/// most one write that is on its way; the thread rests for longer than it works, so that ten thousand followers take no
/// more of the processors than ten do, and are told later instead. Safe for every thread.
///
/// A client that does not take what it was told within [#LONGEST_WRITE] is dropped. So are the slowest when what is on its
/// way to slow clients is together more than [#MOST_BYTES]; what several wait for counts once.
public final class Rounds implements AutoCloseable {
    static final Duration LONGEST_WRITE = Duration.ofSeconds(30);
    static final long MOST_BYTES = 32L << 20;

    /// A round is cut into slices of work, each with a rest behind it that is so many times longer.
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private static final int RESTS = 3;
    private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /// So often the silent ones are looked at even if nothing happens.
    private static final long LOOK_MILLIS = 1000;

    private final Pace pace;
    private final Runnable begin;
    private final Bounds bounds;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private final Semaphore news = new Semaphore(0);
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;

    /// How rounds follow one another.
    ///
    /// @param name of the thread
    /// @param least the shortest time from one round's end to the next: what happens within it becomes one write
    /// @param look whether a round is held that often though nobody said that there is news; zero if not
    /// @param quiet after so much silence a follower gets the heartbeat, by which a client that is gone is noticed
    public record Pace(String name, Duration least, Duration look, Duration quiet, byte[] heartbeat) {}

    /// What slow clients may cost.
    ///
    /// @param longestWrite how long one may take nothing of what it was told
    /// @param mostBytes how much may be on its way to all that are slow
    record Bounds(Duration longestWrite, long mostBytes) {}

    /// @param begin called at the beginning of each round, on the thread that tells
    public Rounds(Pace pace, Runnable begin) {
        this(pace, begin, new Bounds(LONGEST_WRITE, MOST_BYTES));
    }

    Rounds(Pace pace, Runnable begin, Bounds bounds) {
        this.pace = pace;
        this.begin = begin;
        this.bounds = bounds;
    }

    /// Tells a client from now on. The answer's head, and whatever it begins with, is written already or will be with the
    /// first bytes. Callback and place belong to the rounds from here.
    public void follow(Request request, Response response, Callback callback, Followers.Place place, Telling telling) {
        request.addIdleTimeoutListener(_ -> false); // how long a client may be slow is decided here
        var follower = new Follower(this, request, response, callback, place, telling);
        followers.add(follower);
        if (closed) {
            follower.close();
        } else if (started.compareAndSet(false, true)) {
            Thread.ofVirtual().name(pace.name()).start(this::run);
        }
        wake();
    }

    /// There is news.
    public void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    /// Whether a follower was still there; true once.
    boolean forget(Follower follower) {
        return followers.remove(follower);
    }

    private void run() {
        try {
            while (!closed) {
                await();
                begin.run();
                round();
            }
            followers.forEach(Follower::close);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for news, and no longer than until somebody has to be looked at.
    private void await() throws InterruptedException {
        if (followers.isEmpty()) {
            news.acquire();
        } else {
            long look = pace.look().isZero() ? LOOK_MILLIS : pace.look().toMillis();
            news.tryAcquire(look, TimeUnit.MILLISECONDS);
        }
        news.drainPermits();
    }

    private void round() throws InterruptedException {
        long quiet = pace.quiet().toNanos();
        var stuck = new ArrayList<Stuck>();
        long began = System.nanoTime();
        for (var follower : followers) {
            if (closed) {
                return;
            }
            long nanos = follower.stuck();
            if (nanos > 0) {
                stuck.add(new Stuck(follower, nanos));
            }
            follower.turn(quiet, pace.heartbeat());
            long worked = System.nanoTime() - began;
            if (worked > SLICE_NANOS) {
                rest(worked, 0);
                began = System.nanoTime();
            }
        }
        dropSlow(stuck);
        rest(System.nanoTime() - began, pace.least().toNanos());
    }

    private static void rest(long worked, long least) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(least, Math.min(worked * RESTS, LONGEST_REST_NANOS))));
    }

    /// A follower that has not taken what it was told, since so many nanoseconds.
    private record Stuck(Follower follower, long nanos) {}

    private void dropSlow(List<Stuck> stuck) {
        var counted = Collections.newSetFromMap(new IdentityHashMap<byte[], Boolean>());
        long bytes = 0;
        stuck.sort(Comparator.comparingLong(Stuck::nanos)); // so that the slowest come last and are dropped
        for (var one : stuck) {
            var waiting = one.follower().onTheWay();
            bytes += counted.add(waiting) ? waiting.length : 0;
            if (one.nanos() > bounds.longestWrite().toNanos()) {
                one.follower().drop("it took nothing for " + bounds.longestWrite());
            } else if (bytes > bounds.mostBytes() && one.follower().stuck() > 0) {
                one.follower().drop("slow clients together keep more than " + bounds.mostBytes() + " bytes waiting");
            }
        }
    }

    /// Ends every answer, in order where the client keeps up.
    @Override
    public void close() {
        closed = true;
        wake();
    }

    /// Whether it was closed.
    public boolean closed() {
        return closed;
    }
}
