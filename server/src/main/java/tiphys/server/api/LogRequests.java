package tiphys.server.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;
import tiphys.engine.Runs;
import tiphys.manifest.Value;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Stopping;
import tiphys.server.http.Problem;

/// Requests for what steps printed: a piece, the last lines, or all that is still to come.
final class LogRequests {
    private static final int PIECE = 64 << 10;
    private static final Duration LOOK = Duration.ofMillis(200);

    /// Asking whether an attempt is over reads its whole run: the pause after it is that many times what it cost.
    private static final int PAUSES = 20;

    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final long MOST_LINES = 1_000_000;

    private final Runs runs;
    private final Logs logs;
    private final Followers followers;
    private final Stopping stopping;

    LogRequests(Runs runs, Logs logs, Followers followers, Stopping stopping) {
        this.runs = runs;
        this.logs = logs;
        this.followers = followers;
        this.stopping = stopping;
    }

    void read(Call call) throws IOException, InterruptedException {
        var run = RunRequests.found(runs, call);
        var node = call.part("node");
        var attempts = runs.attempts(run.uid(), node);
        if (attempts.isEmpty()) {
            throw new Problem(
                            404,
                            "TIP-4042",
                            "the node " + Call.shortened(node) + " of " + run.name() + " has run no process",
                            "only steps that ran have a log; `tiphys explain " + run.name() + "` tells why")
                    .thrown();
        }
        int number = (int) call.number("attempt", attempts.size() - 1);
        if (number >= attempts.size()) {
            throw new Problem(
                            404,
                            "TIP-4042",
                            "the node " + Call.shortened(node) + " has no attempt " + number,
                            "its attempts are 0 to " + (attempts.size() - 1))
                    .thrown();
        }
        var attempt = attempts.get(number);
        var container = call.text("container");
        if (!container.isEmpty() && !CONTAINER.matcher(container).matches()) {
            throw new Problem(
                            400,
                            "TIP-4042",
                            Call.shortened(container) + " is no name of a container",
                            "its containers have the names that its template gives them; without one it is main")
                    .thrown();
        }
        var printed = container.isEmpty() ? logs : logs.of(container);
        long offset = call.number("offset", 0);
        if (!call.text("tail").isEmpty()) {
            offset = Math.max(offset, lastLines(printed, attempt, Math.min(call.number("tail", 0), MOST_LINES)));
        }
        if (!call.flag("follow")) {
            begin(call, node, number, offset);
            copy(call, printed, attempt, offset);
        } else {
            try (var _ = followers.admit(call.request())) {
                begin(call, node, number, offset);
                follow(call, printed, attempt, number, offset);
            }
        }
        call.response().write(true, null, call.callback());
    }

    private static void begin(Call call, String node, int number, long offset) {
        var response = call.response();
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Tiphys-Offset", offset);
        if (call.flag("download")) {
            var file = node.replaceAll("[^A-Za-z0-9_.-]", "_") + "-" + number + ".log";
            response.getHeaders().put("Content-Disposition", "attachment; filename=\"" + file + "\"");
        }
    }

    /// Holds the request's own virtual thread, and of what is printed one piece at a time: a reader that takes nothing is cut
    /// off by the connection's idle timeout.
    private void follow(Call call, Logs printed, AttemptId attempt, int number, long from)
            throws IOException, InterruptedException {
        call.request().addIdleTimeoutListener(_ -> false);
        Content.Sink.write(call.response(), false, ByteBuffer.allocate(0)); // the client sees the headers at once
        long offset = from;
        long askAgain = System.nanoTime();
        while (true) {
            var over = false;
            long now = System.nanoTime();
            if (now - askAgain >= 0) {
                over = isOver(call, number);
                askAgain = System.nanoTime() + PAUSES * (System.nanoTime() - now);
            }
            offset = copy(call, printed, attempt, offset);
            if (over) {
                return; // asked before the last piece was read, so nothing was printed after it
            }
            if (stopping.hasBegun()) {
                throw new EofException("the server stops"); // cut, since an end would mean that the attempt is over
            }
            stopping.pause(LOOK);
        }
    }

    /// Writes what there is from an offset.
    ///
    /// @return the offset behind it
    private static long copy(Call call, Logs printed, AttemptId attempt, long from) throws IOException {
        long offset = from;
        for (var piece = printed.read(attempt, offset, PIECE);
                piece.length > 0;
                piece = printed.read(attempt, offset, PIECE)) {
            Content.Sink.write(call.response(), false, ByteBuffer.wrap(piece));
            offset += piece.length;
        }
        return offset;
    }

    /// Whether an attempt has ended; a run that is gone has no attempts that still run.
    private boolean isOver(Call call, int number) {
        var run = runs.detail(call.part("namespace"), call.part("name"));
        var nodes = run.map(found -> found.listAt("nodes")).orElse(List.of());
        for (var node : nodes) {
            if (node.textAt("id").orElse("").equals(call.part("node"))) {
                var attempts = node.listAt("attempts");
                return number >= attempts.size() || isOver(attempts.get(number));
            }
        }
        return true;
    }

    private static boolean isOver(Value attempt) {
        return switch (attempt.textAt("state").orElse("")) {
            case "exited", "lost", "cancelled" -> true;
            default -> false;
        };
    }

    /// Where the last lines begin: read from the end, piece by piece. A line's end at the very end ends the last line.
    private static long lastLines(Logs printed, AttemptId attempt, long lines) throws IOException {
        long end = printed.size(attempt);
        if (lines == 0) {
            return end;
        }
        long wanted = lines;
        for (long to = end; to > 0; ) {
            int length = (int) Math.min(PIECE, to);
            var piece = printed.read(attempt, to - length, length);
            for (int i = piece.length - 1; i >= 0; i--) {
                long place = to - length + i;
                if (piece[i] == '\n' && place != end - 1 && --wanted <= 0) {
                    return place + 1;
                }
            }
            to -= length;
        }
        return 0;
    }
}
