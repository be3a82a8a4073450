package tiphys.server.follow;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One answer that goes on, between its [Telling] and its connection: at most one write is on the way. Its fields are
/// written by the round's thread and, when a write is over, by the thread that ended it.
final class Follower implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Followers.Place place;
    private final Telling telling;
    private final Rounds rounds;
    private volatile byte[] onTheWay = Telling.Told.NOTHING.bytes();
    private volatile boolean writing;
    private volatile boolean passedOver;
    private volatile boolean last;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean closing;
    private volatile long since = System.nanoTime();

    Follower(
            Rounds rounds,
            Request request,
            Response response,
            Callback callback,
            Followers.Place place,
            Telling telling) {
        this.rounds = rounds;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.place = place;
        this.telling = telling;
    }

    /// Says what is new, unless the client is still taking what was said before.
    ///
    /// @param quiet after so many nanoseconds of silence the heartbeat is said
    void turn(long quiet, byte[] heartbeat) {
        passedOver = true; // first, so that a write that ends meanwhile asks for another round
        if (writing) {
            return;
        }
        passedOver = false;
        try {
            var told = telling.next();
            if (told.last()) {
                last = ended.compareAndSet(false, true);
                write(told.bytes());
            } else if (told.bytes().length > 0) {
                passedOver = told.more();
                write(told.bytes());
            } else if (System.nanoTime() - since >= quiet) {
                write(heartbeat);
            } else if (told.more()) {
                rounds.wake();
            }
        } catch (RuntimeException e) {
            LOG.error("{} can be told no more", request.getHttpURI().getPath(), e);
            end(e);
        }
    }

    private void write(byte[] bytes) {
        since = System.nanoTime();
        onTheWay = bytes;
        writing = true;
        response.write(last, ByteBuffer.wrap(bytes), this);
    }

    /// What the client has not taken yet; itself, for it may be shared.
    byte[] onTheWay() {
        return onTheWay;
    }

    /// For how long the client has not taken what was said, in nanoseconds; 0 if it took all of it.
    long stuck() {
        return writing ? Math.max(1, System.nanoTime() - since) : 0;
    }

    /// Ends an answer whose client is too slow. It can go on where it was, for it knows how far it came.
    void drop(String why) {
        LOG.debug("{} is dropped: {}", request.getHttpURI().getPath(), why);
        request.getConnectionMetaData().getConnection().getEndPoint().close(new SlowReader(why));
        end(new SlowReader(why));
    }

    /// Ends the answer in order as soon as the client has taken what was said.
    void close() {
        closing = true;
        if (!writing) {
            writeEnd();
        }
    }

    private void writeEnd() {
        if (ended.compareAndSet(false, true)) {
            last = true;
            write(Telling.Told.NOTHING.bytes());
        }
    }

    @Override
    public void succeeded() {
        onTheWay = Telling.Told.NOTHING.bytes();
        if (last) {
            if (rounds.forget(this)) {
                place.close();
                callback.succeeded();
            }
            return;
        }
        writing = false;
        if (closing) {
            writeEnd();
        } else if (passedOver) {
            passedOver = false;
            rounds.wake();
        }
    }

    @Override
    public void failed(Throwable failure) {
        LOG.debug("the client of {} went away", request.getHttpURI().getPath(), failure);
        end(failure);
    }

    private void end(Throwable failure) {
        if (rounds.forget(this)) {
            place.close();
            callback.failed(failure);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /// Why a follower was dropped.
    private static final class SlowReader extends java.io.IOException {
        private static final long serialVersionUID = 1;

        SlowReader(String message) {
            super(message);
        }
    }
}
