package tiphys.server.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.http.Problem;

/// The feed: one server-sent event for each entry of the journal, as a hint what to read again.
///
/// The journal itself is the queue of each client: a client keeps nothing here but its place, and one that is too slow to be
/// written to is cut off by the connection's idle timeout. What a client cannot be told entry by entry, because entries of
/// ended runs are no longer live or because it is far behind, it is told as a gap: read again whatever you show.
final class Feed {
    private static final Duration COMMENT = Duration.ofSeconds(15);
    private static final Duration PACE = Duration.ofMillis(40);
    private static final int PAGE = 500;
    private static final int FAR_BEHIND = 5000;
    private static final int MOST_CLIENTS = 100;
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final Journal journal;
    private final Commits commits;
    private final Changes changes;

    Feed(Journal journal, Commits commits) {
        this.journal = journal;
        this.commits = commits;
        this.changes = new Changes(journal);
    }

    void stream(Call call) throws IOException, InterruptedException {
        if (commits.waiting() >= MOST_CLIENTS) {
            throw new Problem(503, "TIP-5031", MOST_CLIENTS + " clients follow the server already", "close some")
                    .header("Retry-After", "10")
                    .thrown();
        }
        try (var waiter = commits.waiter()) {
            long place = from(call);
            var response = call.response();
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            call.request().addIdleTimeoutListener(_ -> false);
            write(call, HEARTBEAT); // so that the client knows at once that it is connected
            while (!commits.closed()) {
                long head = journal.head();
                if (head > place) {
                    place = tell(call, place, head);
                    Thread.sleep(PACE); // many commits become one write
                } else if (!waiter.await(COMMENT)) {
                    write(call, HEARTBEAT);
                }
            }
            call.response().write(true, null, call.callback());
        }
    }

    /// Tells what was committed after a place, up to about the head.
    ///
    /// @return the place up to which it told
    private long tell(Call call, long place, long head) throws IOException {
        var out = new StringBuilder();
        long at = place;
        if (head - place > FAR_BEHIND) {
            at = head;
            event(out, head, Changes.gap(head));
        } else {
            List<Entry> entries = journal.readAll(place, PAGE);
            for (var entry : entries) {
                if (entry.sequence() > at + 1) {
                    event(out, entry.sequence() - 1, Changes.gap(entry.sequence() - 1));
                }
                event(out, entry.sequence(), changes.change(entry));
                at = entry.sequence();
            }
            if (entries.size() < PAGE && at < head) {
                at = head;
                event(out, head, Changes.gap(head));
            }
        }
        write(call, out.toString().getBytes(StandardCharsets.UTF_8));
        return at;
    }

    private long from(Call call) {
        var last = call.request().getHeaders().get("Last-Event-ID");
        if (last != null && !last.isEmpty() && last.length() < 19 && last.chars().allMatch(Character::isDigit)) {
            return Long.parseLong(last);
        }
        return call.number("after", journal.head());
    }

    private static void event(StringBuilder out, long id, Value change) {
        out.append("id: ").append(id).append("\nevent: change\ndata: ").append(Json.write(change)).append("\n\n");
    }

    private static void write(Call call, byte[] bytes) throws IOException {
        Content.Sink.write(call.response(), false, ByteBuffer.wrap(bytes));
    }
}
