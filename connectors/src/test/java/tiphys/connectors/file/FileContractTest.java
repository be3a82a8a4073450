package tiphys.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Json;
import tiphys.testkit.Eventually;

/// What happens is that a file is made.
class FileContractTest extends SourceContract {
    private final FileKind kind = new FileKind();

    @TempDir Path directory;
    private String eventType = "CREATE";
    private String more = "";

    FileContractTest() {
        super(Thread::startVirtualThread);
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{eventType: %s, watchPathConfig: {directory: %s/, pathRegexp: '^f[0-9]+$'}%s}"
                                .formatted(eventType, directory, more)));
    }

    /// A source says that it runs when the system watches for it.
    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it watches", () -> ((FileSource) source).isWatching());
        return source;
    }

    @Override
    protected void happen(int n) {
        write("f" + n, "");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected int number(Arrival arrival) {
        var name = arrival.payload().value().textAt("name").orElseThrow();
        return Integer.parseInt(name.substring(name.lastIndexOf('/') + 2));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    private List<String> payloads() {
        return world.recorded().stream()
                .map(one -> Json.write(one.payload().value()).replace(directory.toString(), "DIR"))
                .toList();
    }

    private void await(int count) {
        Eventually.within(SOON, "it is told", () -> world.recorded().size() >= count);
    }

    @Test
    void a_file_that_is_made_has_its_whole_path() {
        more = ", metadata: {k: v}";
        begin();
        write("other", "");
        happen(1);
        await(1);
        assertThat(payloads()).containsExactly("{\"name\":\"DIR/f1\",\"op\":1,\"metadata\":{\"k\":\"v\"}}");
    }

    @Test
    void a_file_that_is_removed_is_told() throws IOException {
        eventType = "REMOVE";
        happen(1);
        begin();
        Files.delete(directory.resolve("f1"));
        await(1);
        assertThat(payloads()).containsExactly("{\"name\":\"DIR/f1\",\"op\":4,\"metadata\":null}");
    }

    @Test
    void a_file_that_gets_another_name_is_told_by_the_old_one() throws IOException {
        eventType = "RENAME";
        happen(1);
        begin();
        Files.move(directory.resolve("f1"), directory.resolve("f2"));
        await(1);
        assertThat(payloads()).containsExactly("{\"name\":\"DIR/f1\",\"op\":8,\"metadata\":null}");
    }

    @Test
    void other_attributes_are_no_other_content() throws IOException {
        eventType = "CHMOD";
        happen(1);
        begin();
        Files.setPosixFilePermissions(directory.resolve("f1"), PosixFilePermissions.fromString("rwx------"));
        await(1);
        assertThat(payloads()).containsExactly("{\"name\":\"DIR/f1\",\"op\":16,\"metadata\":null}");
    }

    @Test
    void other_content_is_told() {
        eventType = "WRITE";
        happen(1);
        begin();
        write("f1", "more");
        await(1);
        assertThat(payloads().getFirst()).isEqualTo("{\"name\":\"DIR/f1\",\"op\":2,\"metadata\":null}");
    }

    @Test
    void what_is_looked_at_now_and_then_has_its_bare_name() {
        more = ", polling: true";
        begin();
        happen(1);
        await(1);
        assertThat(payloads()).containsExactly("{\"name\":\"f1\",\"op\":1,\"metadata\":null}");
    }

    @Test
    void a_directory_that_is_not_there_is_told_and_awaited() throws IOException {
        Files.delete(directory);
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("cannot be watched");
        Files.createDirectory(directory);
        Eventually.within(SOON, "it watches", () -> ((FileSource) source).isWatching());
        source.close();
    }

    @Test
    void many_files_at_once_are_all_told() {
        begin();
        IntStream.rangeClosed(1, 300).forEach(this::happen);
        await(300);
        assertThat(world.recorded()).extracting(this::number).doesNotHaveDuplicates().hasSize(300);
    }
}
