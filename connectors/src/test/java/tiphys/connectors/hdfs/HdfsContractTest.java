package tiphys.connectors.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that a file comes.
class HdfsContractTest extends SourceContract {
    private final HdfsKind kind = new HdfsKind();
    private final NameNode other = new NameNode();
    private final NameNode node = new NameNode();
    private String more = "type: CREATE, directory: /in, pathRegexp: 'n[0-9]+$'";

    HdfsContractTest() throws IOException {
        super(Thread::startVirtualThread);
        other.standBy();
    }

    @AfterEach
    void shut() {
        node.close();
        other.close();
    }

    @Override
    protected Source start() {
        var addresses = "'127.0.0.1:%d', '127.0.0.1:%d'".formatted(other.uri().getPort(), node.uri().getPort());
        var settings =
                SourceWorld.read(
                        kind, "{checkInterval: 20ms, hdfsUser: ada, addresses: [" + addresses + "], " + more + "}");
        return world.start(kind, settings, Map.of());
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it has looked", () -> world.cursor("begun") > 0);
        return source;
    }

    @Override
    protected void happen(int n) {
        node.write("/in/n" + n, 1);
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(name(arrival).substring("/in/n".length()));
    }

    private static String name(Arrival arrival) {
        return ((Value.Mapping) arrival.payload().value()).textAt("name").orElseThrow();
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private List<String> events() {
        return world.recorded().stream().map(arrival -> arrival.payload().text()).toList();
    }

    private void awaitEvents(int count) {
        Eventually.within(SOON, count + " events have come in", () -> world.recorded().size() >= count);
    }

    @Test
    void files_below_are_seen_too_and_each_change_by_its_own_name() {
        more = "type: CREATE|WRITE|REMOVE, directory: /in/, pathRegexp: 'csv$', metadata: {k: v}";
        node.write("/in/old.csv", 1);
        begin();
        node.write("/in/2026/11/a b.csv", 1);
        awaitEvents(1);
        node.write("/in/old.csv", 2);
        awaitEvents(2);
        node.delete("/in/2026/11/a b.csv");
        awaitEvents(3);
        var rest = ",\"metadata\":{\"k\":\"v\"}}";
        assertThat(events())
                .containsExactly(
                        "{\"name\":\"/in/2026/11/a b.csv\",\"op\":1" + rest,
                        "{\"name\":\"/in/old.csv\",\"op\":2" + rest,
                        "{\"name\":\"/in/2026/11/a b.csv\",\"op\":4" + rest);
    }

    @Test
    void with_a_path_only_that_file_counts() {
        more = "type: CREATE, directory: /in, path: sub/x.txt";
        begin();
        node.write("/in/x.txt", 1);
        node.write("/in/sub/y.txt", 1);
        node.write("/in/sub/x.txt", 1);
        awaitEvents(1);
        assertThat(events()).containsExactly("{\"name\":\"/in/sub/x.txt\",\"op\":1,\"metadata\":null}");
    }

    @Test
    void what_stands_against_looking_is_told() {
        more = "type: CREATE, directory: /secret, path: x";
        try (var source = start()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).endsWith("says 403 Permission denied: user=ada");
        }
        more = "type: CREATE, directory: /nowhere, path: x";
        try (var source = start()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains("File /nowhere/ does not exist.");
        }
    }

    @Test
    void a_name_node_that_goes_and_comes_back_is_asked_again() throws IOException {
        var source = begin();
        node.server().stop();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        happen(1);
        node.server().start();
        awaitEvents(1);
    }

    @Test
    void the_port_of_hadoops_own_clients_is_not_that_of_webhdfs() {
        var text =
                "{type: CREATE, directory: /in, path: x, hdfsUser: ada, addresses: ['a:8020', 'b:9000', c, 'd:50070']}";
        var settings = (HdfsKind.Settings) SourceWorld.read(kind, text);
        assertThat(settings.servers())
                .containsExactly(
                        URI.create("http://a:9870"),
                        URI.create("http://b:9870"),
                        URI.create("http://c:9870"),
                        URI.create("http://d:50070"));
    }
}
