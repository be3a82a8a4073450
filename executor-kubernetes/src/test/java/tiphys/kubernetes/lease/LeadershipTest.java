package tiphys.kubernetes.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.cluster.KubeServer;
import tiphys.kubernetes.lease.Leadership.Lease;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// A lease on a real API server.
class LeadershipTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PATH = "/apis/coordination.k8s.io/v1/namespaces/leases/leases/";

    @TempDir static Path directory;
    private static KubeServer server;
    private final List<String> waits = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private ApiClient client;

    @BeforeAll
    static void startCluster() {
        server = KubeServer.start(directory.resolve("server"));
        server.namespace("leases");
    }

    @AfterAll
    static void endCluster() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        client = server.client();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static Lease lease(String name, String identity) {
        return new Lease(
                "leases", name, identity, Duration.ofSeconds(2), Duration.ofMillis(1_500), Duration.ofMillis(100));
    }

    private Leadership await(ApiClient with, String name, String identity) throws IOException, InterruptedException {
        return Leadership.await(
                with, lease(name, identity), InstantSource.system(), waits::add, () -> lost.add(identity));
    }

    private CompletableFuture<Leadership> waiting(String name, String identity) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return await(client, name, identity);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    @Test
    void the_second_waits_and_takes_over_when_the_first_gives_it_back() throws Exception {
        var first = await(client, "handed", "one");
        var second = waiting("handed", "two");
        Eventually.within(LIMIT, "one who waits", () -> waits.equals(List.of("one")));
        assertThat(second).isNotDone();
        first.close();
        try (var leader = second.get(20, TimeUnit.SECONDS)) {
            assertThat(leader.holds()).isTrue();
            assertThat(first.holds()).isFalse();
            assertThat(client.get(PATH + "handed").body().textAt("spec", "holderIdentity")).contains("two");
        }
    }

    @Test
    void one_who_does_not_renew_any_more_stops_before_another_begins() throws Exception {
        var cut = new ApiClient(Kubeconfig.read(server.kubeconfig()));
        var first = await(cut, "ended", "one");
        var second = waiting("ended", "two");
        Eventually.within(LIMIT, "one who waits", () -> !waits.isEmpty());
        cut.close(); // cut off from the cluster
        try (var leader = second.get(20, TimeUnit.SECONDS)) {
            assertThat(first.holds()).isFalse();
            assertThat(leader.holds()).isTrue();
            Eventually.within(LIMIT, "the first to hear of it", () -> lost.equals(List.of("one")));
        }
    }

    @Test
    void one_whose_lease_somebody_takes_hears_of_it_and_writes_nothing_more() throws Exception {
        try (var leader = await(client, "taken", "one");
                var fenced = new ApiClient(Kubeconfig.read(server.kubeconfig()), leader::holds)) {
            var map = Value.object("apiVersion", "v1", "kind", "ConfigMap", "metadata", Value.object("name", "fenced"));
            var maps = "/api/v1/namespaces/leases/configmaps";
            assertThat(fenced.create(maps, map).done()).isTrue();
            client.patch(PATH + "taken", Value.object("spec", Value.object("holderIdentity", "thief")));
            Eventually.within(LIMIT, "the loss", () -> lost.equals(List.of("one")));
            assertThat(fenced.get(maps + "/fenced").done()).isTrue();
            assertThatThrownBy(() -> fenced.delete(maps + "/fenced")).hasMessageContaining("lease");
        }
    }

    @Test
    void of_several_who_want_it_at_once_one_gets_it() throws Exception {
        var all = List.of(waiting("wanted", "a"), waiting("wanted", "b"), waiting("wanted", "c"));
        Eventually.within(LIMIT, "a leader", () -> all.stream().anyMatch(CompletableFuture::isDone));
        for (int i = 0; i < all.size(); i++) { // each in its turn: nobody else holds it then
            Eventually.within(LIMIT, "a leader", () -> leaders(all) == 1);
            for (var one : all) {
                if (one.isDone() && one.join().holds()) {
                    assertThat(leaders(all)).isEqualTo(1);
                    one.join().close();
                    break;
                }
            }
        }
        assertThat(all).allMatch(CompletableFuture::isDone);
        assertThat(lost).isEmpty();
    }

    private static long leaders(List<CompletableFuture<Leadership>> all) {
        return all.stream().filter(one -> one.isDone() && one.join().holds()).count();
    }
}
