package tiphys.server.kubernetes;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Stopping;

/// What a step printed, as `kubectl logs` asks for it. The pod's annotation [#ATTEMPT] says which attempt it shows.
final class PodLogs {
    /// The annotation of a pod that names its attempt; a pod without it has not started.
    static final String ATTEMPT = "tiphys.io/attempt";

    private static final String MAIN = "main";
    private static final int CHUNK = 64 << 10;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final List<String> EMPTY_CONTAINERS = List.of("wait", "init");

    private final Objects objects;
    private final Logs logs;
    private final InstantSource clock;
    private final Followers followers;
    private final Stopping stopping;

    PodLogs(Objects objects, Logs logs, InstantSource clock, Followers followers, Stopping stopping) {
        this.objects = objects;
        this.logs = logs;
        this.clock = clock;
        this.followers = followers;
        this.stopping = stopping;
    }

    /// Answers with the output; with `follow` returns when the step has ended. Until then it holds the request's own virtual
    /// thread, and of the output one piece at a time: a reader that takes nothing is cut off by the connection's idle timeout.
    void serve(KubernetesCall call, ObjectKey key) throws IOException, InterruptedException {
        if (call.flag("follow")) {
            try (var _ = followers.admit(call.request())) {
                answer(call, key);
            }
        } else {
            answer(call, key);
        }
    }

    private void answer(KubernetesCall call, ObjectKey key) throws IOException, InterruptedException {
        var pod = objects.get(key);
        var usual = pod.annotations().getOrDefault("kubectl.kubernetes.io/default-container", MAIN);
        var container = call.parameter("container").orElse(usual);
        if (!EMPTY_CONTAINERS.contains(container) && !containers(pod).contains(container)) {
            throw Statuses.badRequest("container " + container + " is not valid for pod " + pod.name());
        }
        if (call.flag("previous")) {
            throw Statuses.badRequest(
                    "previous terminated container \""
                            + container
                            + "\" in pod \""
                            + pod.name()
                            + "\" not found: each retry is a pod of its own");
        }
        if (call.flag("timestamps")) {
            throw Statuses.badRequest("the time of each line is not kept; leave out timestamps");
        }
        long limit = call.number("limitBytes").orElse(Long.MAX_VALUE);
        boolean none = EMPTY_CONTAINERS.contains(container) || printedNothingSince(call, pod);
        boolean follow = call.flag("follow") && !none;
        var attempt = attempt(pod);
        while (follow && attempt.isEmpty() && !ended(pod) && !stopping.hasBegun()) {
            stopping.pause(LOOK.multipliedBy(5));
            pod = objects.get(key);
            attempt = attempt(pod);
        }
        if (!none && attempt.isEmpty()) {
            throw Statuses.badRequest(
                    "container \""
                            + container
                            + "\" in pod \""
                            + pod.name()
                            + "\" is waiting to start: "
                            + pod.status().textAt("reason").orElse("PodInitializing"));
        }
        call.begin("text/plain; charset=utf-8");
        if (attempt.isPresent() && !none) {
            var tail = call.number("tailLines");
            var printed = container.equals(MAIN) ? logs : logs.of(container);
            long from = tail.isPresent() ? tailStart(printed, attempt.get(), tail.get()) : 0;
            send(call, key, printed, attempt.get(), from, limit, follow);
        }
        call.end();
    }

    private static Set<String> containers(ApiObject pod) {
        var names = new HashSet<String>();
        names.add(MAIN);
        for (var list : List.of("containers", "initContainers")) {
            pod.json().mapAt("spec").listAt(list).forEach(container -> names.add(container.textAt("name").orElse("")));
        }
        return names;
    }

    private void send(
            KubernetesCall call, ObjectKey pod, Logs printed, AttemptId attempt, long from, long limit, boolean follow)
            throws IOException, InterruptedException {
        long at = from;
        long left = limit;
        var ended = !follow;
        int quiet = 0;
        call.send(new byte[0]);
        while (left > 0 && !stopping.hasBegun()) {
            var chunk = printed.read(attempt, at, (int) Math.min(CHUNK, left));
            if (chunk.length > 0) {
                call.send(chunk);
                at += chunk.length;
                left -= chunk.length;
                quiet = 0;
            } else if (ended) {
                return;
            } else if (quiet++ % 5 == 4) {
                ended = objects.find(pod).map(PodLogs::ended).orElse(true);
            } else {
                stopping.pause(LOOK);
            }
        }
    }

    /// Where the last lines begin.
    private static long tailStart(Logs printed, AttemptId attempt, long lines) throws IOException {
        long size = printed.size(attempt);
        if (lines == 0) {
            return size;
        }
        long end = size;
        long found = 0;
        while (end > 0) {
            int length = (int) Math.min(CHUNK, end);
            var chunk = printed.read(attempt, end - length, length);
            for (int i = chunk.length - 1; i >= 0; i--) {
                long place = end - length + i;
                if (chunk[i] == '\n' && place != size - 1 && ++found == lines) {
                    return place + 1;
                }
            }
            end -= length;
        }
        return 0;
    }

    /// Lines have no times, so `since` can be answered only for a step that began after it or ended before it.
    private boolean printedNothingSince(KubernetesCall call, ApiObject pod) {
        var since =
                call.number("sinceSeconds")
                        .map(seconds -> clock.instant().minusSeconds(seconds))
                        .or(() -> call.parameter("sinceTime").map(PodLogs::instant));
        if (since.isEmpty()) {
            return false;
        }
        var began = pod.status().textAt("startTime").map(PodLogs::instant);
        if (began.isEmpty() || !began.get().isBefore(since.get())) {
            return false;
        }
        var finished =
                pod.status().listAt("containerStatuses").stream()
                        .flatMap(container -> container.textAt("state", "terminated", "finishedAt").stream())
                        .map(PodLogs::instant)
                        .findFirst();
        if (finished.isPresent() && finished.get().isBefore(since.get())) {
            return true;
        }
        throw Statuses.badRequest(
                "the time of each line is not kept, and pod \""
                        + pod.name()
                        + "\" was printing before and after that time; use tailLines");
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw Statuses.badRequest("expected a time such as 2026-11-24T14:00:00Z, found \"" + text + "\"");
        }
    }

    private static Optional<AttemptId> attempt(ApiObject pod) {
        return Optional.ofNullable(pod.annotations().get(ATTEMPT)).filter(id -> !id.isEmpty()).map(AttemptId::new);
    }

    private static boolean ended(ApiObject pod) {
        return List.of("Succeeded", "Failed").contains(pod.status().textAt("phase").orElse(""));
    }
}
