package tiphys.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tiphys.cli.server.Trust;
import tiphys.manifest.Value;

/// Many who follow beside few who ask: watches and feeds, half of them by plain HTTP with a browser's session and half by
/// TLS with the token, while something changes fifty times a second.
final class WatcherBench {
    private static final int WATCHERS = Integer.getInteger("bench.watchers", 5_000);
    private static final int CHANGES_A_SECOND = 50;
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofSeconds(60);

    /// So many connections are opened at the same time.
    private static final int OPENING = 64;

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final List<String> FOLLOWED =
            List.of(
                    "/tiphys/v1/feed",
                    MAPS + "?watch=true",
                    "/tiphys/v1/feed",
                    "/apis/argoproj.io/v1alpha1/workflows?watch=true&labelSelector=a%3Db",
                    "/tiphys/v1/feed",
                    MAPS + "?watch=true&labelSelector=changes",
                    "/tiphys/v1/feed",
                    "/api/v1/pods?watch=true");

    private final Product product;
    private final HttpLoad events;
    private final HttpClient client;
    private final Value place;
    private final String session;
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final List<CompletableFuture<?>> answers = new ArrayList<>();

    private WatcherBench(Product product, HttpLoad events) throws IOException, GeneralSecurityException {
        this.product = product;
        this.events = events;
        this.place = product.place();
        this.session = session(place.textAt("token").orElseThrow());
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(new Trust(Optional.of(Path.of(place.textAt("ca").orElseThrow()))).context())
                        .build();
    }

    /// Milliseconds from the intended instant of a status request to its answer, and the server's memory.
    static void measure(Bench bench) throws Exception {
        int hook = Child.freePort();
        var bus = Product.manifest(bench.directory(), "bus.yaml", Map.of("port", Integer.toString(hook)));
        try (var product = Product.start(bench.directory(), bench.fresh("data"), bus)) {
            product.awaitListener(hook);
            var watchers = new WatcherBench(product, new HttpLoad(hook, "/events"));
            watchers.round("warm", 0, Duration.ofSeconds(10));
            for (int round = 0; round < bench.rounds(); round++) {
                watchers.round("without watchers", 0, Duration.ofSeconds(10));
                watchers.round("with watchers", WATCHERS, MEASURED);
            }
        }
    }

    private void round(String name, int count, Duration length) throws Exception {
        double idle = Child.residentMib(product.pid());
        long opening = System.nanoTime();
        follow(count);
        double opened = (System.nanoTime() - opening) / 1e9;
        double following = Child.residentMib(product.pid());
        var memory = new MemoryWatch(product.pid());
        long heard = told.get();
        double worked = Child.cpuSeconds(product.pid());
        List<Double> status;
        try (memory) {
            status = ask(length);
        }
        worked = (Child.cpuSeconds(product.pid()) - worked) / length.toSeconds();
        double lag = count == 0 ? 0 : lag(count);
        long still = Math.round(product.metric("tiphys_http_followers"));
        System.out.printf(
                Locale.ROOT,
                "%-18s %5d following, %d cut off, opened in %.1f s; status p50 %.1f ms, p99 %.1f ms, most %.1f ms;"
                        + " told %.0f pieces/s with %.0f %% of a processor; the last hears of a change after %.0f ms; RSS %.0f -> %.0f, at most %.0f MiB%n",
                name,
                still,
                ended.get(),
                opened,
                Ratios.quantile(status, 0.5),
                Ratios.quantile(status, 0.99),
                Ratios.quantile(status, 1),
                (told.get() - heard) / (double) length.toSeconds(),
                100 * worked,
                lag,
                idle,
                following,
                memory.most());
        answers.forEach(answer -> answer.cancel(true));
        answers.clear();
        change(0);
        Product.await(
                "the end of the watches",
                LONG.multipliedBy(2),
                () -> {
                    change(0);
                    event();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    return product.metric("tiphys_http_followers") == 0;
                });
        ended.set(0);
    }

    private void follow(int count) throws Exception {
        var room = new Semaphore(OPENING);
        var refused = new AtomicLong();
        for (int i = 0; i < count; i++) {
            room.acquire();
            var request = request(FOLLOWED.get(i / 2 % FOLLOWED.size()), i % 2 == 0);
            var begun = new CompletableFuture<Void>();
            var _ = begun.whenComplete((_, _) -> room.release());
            answers.add(
                    client.sendAsync(
                                    request.build(),
                                    answer -> {
                                        if (answer.statusCode() != 200) {
                                            refused.incrementAndGet();
                                        }
                                        begun.complete(null);
                                        return HttpResponse.BodySubscribers.ofByteArrayConsumer(
                                                bytes -> told.addAndGet(bytes.isPresent() ? 1 : 0));
                                    })
                            .whenComplete((_, _) -> {
                                ended.incrementAndGet();
                                begun.complete(null);
                            }));
        }
        room.acquire(OPENING);
        if (refused.get() > 0 || ended.get() > 0) {
            throw new IOException(refused.get() + " watches were refused, " + ended.get() + " ended at once");
        }
    }

    /// Normal use: twenty requests for the status a second, some lists, and the changes.
    private List<Double> ask(Duration length) throws Exception {
        var changing = Thread.ofPlatform().start(() -> change(length));
        var latencies = new ArrayList<Double>();
        long begin = System.nanoTime();
        for (int i = 0; i < length.toSeconds() * 20; i++) {
            long intended = begin + i * 50_000_000L;
            for (long wait = intended - System.nanoTime(); wait > 0; wait = intended - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            get(i % 10 == 5 ? MAPS : "/tiphys/v1/status", i % 2 == 0);
            if (i % 10 != 5) {
                latencies.add((System.nanoTime() - intended) / 1e6);
            }
        }
        changing.join();
        return latencies;
    }

    /// Half of the changes are events, half are objects.
    private void change(Duration length) {
        try {
            var sent = CompletableFuture.runAsync(() -> send(length));
            long begin = System.nanoTime();
            for (int i = 0; i < length.toSeconds() * CHANGES_A_SECOND / 2; i++) {
                long intended = begin + i * (2_000_000_000L / CHANGES_A_SECOND);
                LockSupport.parkNanos(Math.max(0, intended - System.nanoTime()));
                change(i);
            }
            sent.join();
        } catch (IOException e) {
            throw new IllegalStateException("the changes ended", e);
        }
    }

    private void send(Duration length) {
        try {
            var _ = events.paced(1, CHANGES_A_SECOND / 2, length, "{\"kind\":\"no\"}");
        } catch (Exception e) {
            throw new IllegalStateException("the events ended", e);
        }
    }

    /// How long it takes until as many pieces were told as followers are concerned: all feeds, and half of the watches.
    private double lag(int count) throws Exception {
        Product.await("the rest of what was told", LONG, () -> quiet(count));
        long before = told.get();
        long begin = System.nanoTime();
        event();
        Product.await("news for each feed", LONG, () -> told.get() - before >= count / 2);
        return (System.nanoTime() - begin) / 1e6;
    }

    /// Whether little more is told than the signs of life.
    private boolean quiet(int count) {
        long before = told.get();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1500));
        return told.get() - before < count / 5;
    }

    private void event() throws IOException {
        var path = "/tiphys/v1/namespaces/default/eventsources/webhook/bench/send";
        answered(request(path, false).POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"no\"}")));
    }

    private void change(int i) throws IOException {
        product.patch(
                MAPS + "/changing",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: changing, labels: {changes: \"yes\"}}\ndata: {at: \""
                        + i
                        + "-"
                        + System.nanoTime()
                        + "\"}\n");
    }

    private void get(String path, boolean plain) throws IOException {
        answered(request(path, plain));
    }

    private void answered(HttpRequest.Builder request) throws IOException {
        try {
            var answer = client.send(request.timeout(LONG).build(), HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() >= 300) {
                throw new IOException(answer + " was not expected");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private HttpRequest.Builder request(String path, boolean plain) {
        return plain
                ? HttpRequest.newBuilder(URI.create(place.textAt("plain").orElseThrow() + path))
                        .header("Cookie", session)
                : HttpRequest.newBuilder(URI.create(place.textAt("url").orElseThrow() + path))
                        .header("Authorization", "Bearer " + place.textAt("token").orElseThrow());
    }

    /// As docs/api.md says that whoever has the token may make one.
    private static String session(String token) throws GeneralSecurityException {
        var end = Long.toString(System.currentTimeMillis() / 1000 + 86_400);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var signed = mac.doFinal(("session until " + end).getBytes(StandardCharsets.UTF_8));
        return "tiphys_session=" + end + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }
}
