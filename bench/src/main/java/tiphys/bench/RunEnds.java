package tiphys.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Json;

/// Hears the ends of runs as `kubectl get wf -w` would: one watch of the finished Workflows' metadata, one message for each run. Asking
/// again and again would take processor time from what is measured, on both sides. When the watch ends or says what cannot be
/// read, whoever waits hears of it at once: no end would come any more, and a round would stand until its limit.
final class RunEnds implements AutoCloseable {
    /// The path and query of the watch.
    static final String PATH =
            "/apis/argoproj.io/v1alpha1/namespaces/default/workflows?watch=true&labelSelector=workflows.argoproj.io/completed%3Dtrue";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Set<String> ended = new HashSet<>();
    private final Stream<String> lines;
    private @Nullable IOException broken;

    private RunEnds(Stream<String> lines) {
        this.lines = lines;
        Thread.ofPlatform().name("run-ends").daemon().start(this::listen);
    }

    /// @param request to [#PATH] of the server, with the token
    static RunEnds open(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer =
                client.send(
                        request.header("Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            throw new IOException("the watch of runs was refused: " + answer.statusCode());
        }
        return new RunEnds(answer.body());
    }

    private void listen() {
        try {
            lines.forEach(this::heard);
            broke("the watch of runs was ended by the server", null);
        } catch (UncheckedIOException e) {
            broke("the watch of runs broke off", e);
        } catch (RuntimeException e) {
            broke("the watch of runs cannot be understood", e);
        }
    }

    private void broke(String what, @Nullable Exception why) {
        lock.lock();
        try {
            broken = new IOException(why == null ? what : what + ": " + why.getMessage(), why);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void heard(String line) {
        if (line.isBlank()) {
            return; // what is left of a line when the stream ends
        }
        var name = Json.parse(line).find("object").flatMap(object -> object.textAt("metadata", "name"));
        lock.lock();
        try {
            name.ifPresent(ended::add);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a run has ended.
    ///
    /// @throws IOException if that did not come within the limit, or cannot be heard any more
    void await(String name, Duration limit) throws IOException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (!ended.contains(name)) {
                if (broken != null) {
                    throw new IOException("the end of " + name + " was not heard: " + broken.getMessage(), broken);
                }
                if (left <= 0) {
                    throw new IOException("the end of " + name + " did not come within " + limit);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
