package tiphys.kubernetes.lease;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Consumer;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A lease of `coordination.k8s.io` that one controller holds and renews, as client-go's leader election does it, so that a stock Argo
/// controller and this one never act together. Nobody's clock is compared with another's: a lease counts as ended when it was seen
/// unchanged for its whole duration.
///
/// Whoever holds it believes so for a shorter time than the others wait, counted from before the renewal was asked for; [#holds] is
/// what each write asks, so that one who was stopped or cut off writes nothing after somebody else may.
public final class Leadership implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Leadership.class.getName());
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

    private final ApiClient client;
    private final Lease lease;
    private final InstantSource clock;
    private final Runnable lost;
    private final Thread renewing;
    private volatile long renewedNanos;
    private volatile boolean over;

    /// Which lease, and how it is held.
    ///
    /// @param identity of this process: no other one's
    /// @param duration after which it ends that is not renewed; at least a second
    /// @param belief how long the holder believes in a renewal; shorter
    /// @param pause between two renewals, and between two looks of one who waits
    public record Lease(
            String namespace, String name, String identity, Duration duration, Duration belief, Duration pause) {
        /// With Argo's times.
        public static Lease of(String namespace, String name, String identity) {
            return new Lease(
                    namespace, name, identity, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
        }

        private String collection() {
            return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        }

        private String path() {
            return collection() + "/" + name;
        }
    }

    private Leadership(ApiClient client, Lease lease, InstantSource clock, Runnable lost, long renewedNanos) {
        this.client = client;
        this.lease = lease;
        this.clock = clock;
        this.lost = lost;
        this.renewedNanos = renewedNanos;
        renewing = Thread.ofVirtual().name("lease " + lease.name()).unstarted(this::renew);
    }

    /// Waits until this process holds the lease.
    ///
    /// @param waits hears who holds it, once for each holder
    /// @param lost called once if it is lost, on a thread of its own
    /// @throws IOException if the cluster refuses us the lease
    public static Leadership await(
            ApiClient client, Lease lease, InstantSource clock, Consumer<String> waits, Runnable lost)
            throws IOException, InterruptedException {
        var seen = Value.Mapping.EMPTY;
        long since = System.nanoTime();
        var told = "";
        while (true) {
            long before = System.nanoTime();
            var there = read(client, lease);
            if (there.isPresent()) {
                var spec = there.get().mapAt("spec");
                if (!spec.equals(seen)) {
                    seen = spec;
                    since = before;
                }
                var holder = holder(spec);
                boolean free =
                        holder.isEmpty()
                                || holder.equals(lease.identity())
                                || before - since > duration(spec, lease).toNanos();
                if (free && taken(client, lease, clock, there.get())) {
                    var leadership = new Leadership(client, lease, clock, lost, before);
                    leadership.renewing.start();
                    return leadership;
                }
                if (!free && !holder.equals(told)) {
                    told = holder;
                    waits.accept(holder);
                }
            }
            Thread.sleep(lease.pause());
        }
    }

    private static String holder(Value.Mapping spec) {
        return spec.textAt("holderIdentity").orElse("");
    }

    /// How long its holder says that it lasts.
    private static Duration duration(Value.Mapping spec, Lease lease) {
        return spec.find("leaseDurationSeconds")
                .map(Json::text)
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(lease.duration());
    }

    /// The lease as it is, made if it is not there; empty if the cluster does not say now.
    private static Optional<Value.Mapping> read(ApiClient client, Lease lease) throws IOException {
        try {
            var answer = client.get(lease.path());
            if (answer.code() == 404) {
                answer =
                        client.create(
                                lease.collection(),
                                Value.object(
                                        "apiVersion",
                                        "coordination.k8s.io/v1",
                                        "kind",
                                        "Lease",
                                        "metadata",
                                        Value.object("name", lease.name()),
                                        "spec",
                                        Value.Mapping.EMPTY));
            }
            if (answer.code() == 403) {
                throw new Refused(answer);
            }
            return answer.done() ? Optional.of(answer.body()) : Optional.empty();
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lease {0} cannot be read now: {1}", lease.name(), e.getMessage());
            return Optional.empty();
        }
    }

    /// Says that the cluster does not let us.
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(Answer answer) {
            super("the lease is refused: " + answer.message());
        }
    }

    /// Takes a lease that is free, if nobody else was faster.
    private static boolean taken(ApiClient client, Lease lease, InstantSource clock, Value.Mapping there)
            throws IOException {
        var before = there.mapAt("spec");
        long transitions =
                before.find("leaseTransitions").map(Json::text).map(Long::parseLong).orElse(0L)
                        + (holder(before).equals(lease.identity()) ? 0 : 1);
        try {
            var now = now(clock);
            var answer =
                    client.replace(
                            lease.path(),
                            there.with(
                                    "spec",
                                    Value.object(
                                            "holderIdentity",
                                            lease.identity(),
                                            "leaseDurationSeconds",
                                            lease.duration().toSeconds(),
                                            "acquireTime",
                                            now,
                                            "renewTime",
                                            now,
                                            "leaseTransitions",
                                            transitions)));
            if (answer.code() == 403) {
                throw new Refused(answer);
            }
            return answer.done();
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lease {0} cannot be taken now: {1}", lease.name(), e.getMessage());
            return false;
        }
    }

    private static String now(InstantSource clock) {
        return MICROS.format(clock.instant().atOffset(ZoneOffset.UTC));
    }

    /// Whether this process may act.
    public boolean holds() {
        return !over && System.nanoTime() - renewedNanos < lease.belief().toNanos();
    }

    private void renew() {
        try {
            while (!over) {
                Thread.sleep(lease.pause());
                if (!holds()) {
                    lose("it was not renewed for " + lease.belief().toSeconds() + " s");
                    return;
                }
                long before = System.nanoTime();
                var problem = renewed();
                if (problem.isEmpty()) {
                    renewedNanos = before;
                } else if (problem.get().others()) {
                    lose(problem.get().why());
                    return;
                } else {
                    LOG.log(Level.WARNING, "the lease {0} is not renewed: {1}", lease.name(), problem.get().why());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Why it was not renewed.
    ///
    /// @param others whether somebody else holds it
    private record Problem(String why, boolean others) {}

    private Optional<Problem> renewed() {
        try {
            var there = client.get(lease.path());
            var holder = holder(there.body().mapAt("spec"));
            if (there.done() && !holder.equals(lease.identity())) {
                return Optional.of(new Problem("'" + holder + "' holds it", true));
            }
            if (!there.done()) {
                return Optional.of(new Problem(there.message(), false));
            }
            var spec = there.body().mapAt("spec").with("renewTime", now(clock));
            var answer = client.replace(lease.path(), there.body().with("spec", spec));
            return answer.done() ? Optional.empty() : Optional.of(new Problem(answer.message(), false));
        } catch (IOException e) {
            return Optional.of(new Problem(String.valueOf(e.getMessage()), false));
        }
    }

    private void lose(String why) {
        if (!over) {
            over = true;
            LOG.log(Level.ERROR, "the lease {0} is lost: {1}", lease.name(), why);
            lost.run();
        }
    }

    /// Gives it back, so that the next one need not wait.
    @Override
    public void close() {
        boolean held = holds();
        over = true;
        renewing.interrupt();
        if (held) {
            try {
                var there = client.get(lease.path());
                var spec = there.body().mapAt("spec");
                if (there.done() && holder(spec).equals(lease.identity())) {
                    client.replace(lease.path(), there.body().with("spec", spec.with("holderIdentity", "")));
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the lease {0} ends by itself: {1}", lease.name(), e.getMessage());
            }
        }
    }
}
