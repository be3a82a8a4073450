package tiphys.server.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Rounds;
import tiphys.server.follow.Telling;

/// The feed: one server-sent event for each entry of the journal, as a hint what to read again.
///
/// The journal itself is the queue of each client: a client keeps nothing here but its place. What clients at one place are
/// told is made once for all of them. What a client cannot be told entry by entry, because entries of ended runs are no
/// longer live or because it is far behind, it is told as a gap: read again whatever you show.
final class Feed {
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    /// Many commits become one write; a comment tells of silence.
    private static final Rounds.Pace PACE =
            new Rounds.Pace("feed", Duration.ofMillis(40), Duration.ZERO, Duration.ofSeconds(15), HEARTBEAT);

    private static final int PAGE = 500;
    private static final int FAR_BEHIND = 5000;
    private static final int REMEMBERED = 2000;

    private final Journal journal;
    private final Followers followers;
    private final Changes changes;
    private final Rounds rounds = new Rounds(PACE, this::begin);

    // All of it belongs to the thread of the rounds.
    private final Map<Long, Page> pages = new HashMap<>();
    private final Map<Long, byte[]> rendered =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private long head;

    /// What is told to those who are at one place, and where they are then.
    private record Page(byte[] bytes, long place) {}

    Feed(Journal journal, Followers followers) {
        this.journal = journal;
        this.followers = followers;
        this.changes = new Changes(journal);
        journal.onCommit(_ -> rounds.wake());
    }

    void stream(Call call) throws IOException {
        long from = from(call);
        var place = followers.admit(call.request());
        var response = call.response();
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        try {
            // so that the client knows at once that it is connected
            Content.Sink.write(response, false, ByteBuffer.wrap(HEARTBEAT));
        } catch (IOException e) {
            place.close();
            throw e;
        }
        rounds.follow(call.request(), response, call.callback(), place, new Client(from));
    }

    void close() {
        rounds.close();
    }

    private void begin() {
        head = journal.head();
        pages.clear();
    }

    /// One client and its place in the journal.
    private final class Client implements Telling {
        private long place;

        Client(long place) {
            this.place = place;
        }

        @Override
        public Told next() {
            if (head <= place) {
                return Told.NOTHING;
            }
            var page = pages.computeIfAbsent(place, Feed.this::page);
            place = page.place();
            return new Told(page.bytes(), head > place, false);
        }
    }

    /// What was committed after a place, up to about the head.
    private Page page(long place) {
        var out = new ByteArrayOutputStream();
        if (head - place > FAR_BEHIND) {
            out.writeBytes(event(head, Changes.gap(head)));
            return new Page(out.toByteArray(), head);
        }
        long at = place;
        var entries = journal.readAll(place, PAGE);
        for (var entry : entries) {
            if (entry.sequence() > at + 1) {
                out.writeBytes(event(entry.sequence() - 1, Changes.gap(entry.sequence() - 1)));
            }
            out.writeBytes(rendered(entry));
            at = entry.sequence();
        }
        if (entries.size() < PAGE && at < head) {
            at = head;
            out.writeBytes(event(head, Changes.gap(head)));
        }
        return new Page(out.toByteArray(), at);
    }

    private byte[] rendered(Entry entry) {
        var known = rendered.get(entry.sequence());
        if (known != null) {
            return known;
        }
        var bytes = event(entry.sequence(), changes.change(entry));
        rendered.put(entry.sequence(), bytes);
        return bytes;
    }

    private long from(Call call) {
        var last = call.request().getHeaders().get("Last-Event-ID");
        if (last != null && !last.isEmpty() && last.length() < 19 && last.chars().allMatch(Character::isDigit)) {
            return Long.parseLong(last);
        }
        return call.number("after", journal.head());
    }

    private static byte[] event(long id, Value change) {
        var text = "id: " + id + "\nevent: change\ndata: " + Json.write(change) + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
