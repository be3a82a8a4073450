package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// What every kind of place that takes files does alike.
abstract class FilesContract {
    @TempDir Path directory;

    public abstract Artifacts artifacts();

    /// A place of that kind.
    public abstract Value.Mapping location(String key);

    /// What is said of a key that is not there.
    String missing(String key) {
        return "The specified key does not exist.";
    }

    /// More mebibytes than go in one request.
    public int large() {
        return 24;
    }

    static Path large(Path directory, int mebibytes) throws IOException {
        var large = directory.resolve("large");
        var block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        try (var out = Files.newOutputStream(large)) {
            for (int i = 0; i < mebibytes; i++) {
                block[i]++; // each is another
                out.write(block);
            }
        }
        return large;
    }

    /// A file as it is, at a place.
    static Kept plain(Value.Mapping location) {
        return new Kept(
                "ns",
                new Artifact(Value.object("name", "a", "archive", Value.object("none", Value.Mapping.EMPTY))),
                location);
    }

    Kept kept(String key, String archive) {
        var json = Value.object("name", "a");
        return new Kept(
                "ns",
                new Artifact(
                        archive.isEmpty() ? json : json.with("archive", Value.object(archive, Value.Mapping.EMPTY))),
                location(key));
    }

    Path file(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    Path tree() throws IOException {
        file("tree/a.txt", "first");
        Files.setPosixFilePermissions(file("tree/sub/run", "#!"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(directory.resolve("tree/hollow"));
        Files.createSymbolicLink(directory.resolve("tree/link"), Path.of("a.txt"));
        return directory.resolve("tree");
    }

    @Test
    void a_file_comes_back_as_it_was() throws IOException {
        for (var archive : List.of("", "tar", "none")) {
            var kept = kept("file-" + archive, archive);
            assertThat(artifacts().save(file("in.txt", "hello"), kept)).isEqualTo(5);
            var to = directory.resolve("out-" + archive);
            assertThat(artifacts().load(kept, to)).isEqualTo(5);
            assertThat(to).hasContent("hello");
        }
    }

    @Test
    void a_packed_directory_comes_back_with_its_rights_its_links_and_what_is_empty() throws IOException {
        var kept = kept("tree.tgz", "");
        artifacts().save(tree(), kept);
        var to = directory.resolve("back");
        artifacts().load(kept, to);
        assertThat(to.resolve("a.txt")).hasContent("first");
        assertThat(to.resolve("hollow")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(to.resolve("link"))).hasToString("a.txt");
        assertThat(Files.isExecutable(to.resolve("sub/run"))).isTrue();
    }

    @Test
    void a_zip_of_a_directory_comes_back_as_its_files() throws IOException {
        var kept = kept("tree.zip", "zip");
        artifacts().save(tree(), kept);
        var to = directory.resolve("back");
        artifacts().load(kept, to);
        assertThat(to.resolve("sub/run")).hasContent("#!");
        assertThat(to.resolve("link")).hasContent("first").isRegularFile();
        assertThat(to.resolve("hollow")).doesNotExist();
    }

    @Test
    void what_was_packed_by_itself_is_an_archive_to_whoever_wants_it_as_it_is() throws IOException {
        artifacts().save(tree(), kept("packed.tgz", ""));
        var archive = directory.resolve("archive.tgz");
        artifacts().load(kept("packed.tgz", "none"), archive);
        try (var in = Files.newInputStream(archive)) {
            assertThat(tiphys.artifacts.archive.Tarball.list(in, 100))
                    .extracting(Item::path)
                    .contains("tree/a.txt", "tree/sub/run", "tree/hollow/");
        }
    }

    @Test
    void a_file_is_read_from_a_byte_on() throws IOException {
        var kept = kept("read", "none");
        artifacts().save(file("in.txt", "hello"), kept);
        for (long from : new long[] {0, 2, 4, 5, 100}) {
            try (var content = artifacts().open(kept, "", from)) {
                assertThat(content.bytes()).hasValue(5);
                assertThat(content.from()).isIn(0L, from);
                if (from < 5) { // else whoever asks has what it wants: the length
                    assertThat(new String(content.in().readAllBytes(), UTF_8))
                            .isEqualTo("hello".substring((int) content.from()));
                }
            }
        }
    }

    @Test
    void what_is_not_there_is_missing() {
        assertThatThrownBy(() -> artifacts().load(kept("nowhere", ""), directory.resolve("no")))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.MISSING))
                .hasMessage(missing("nowhere"));
        assertThat(directory.resolve("no")).doesNotExist();
    }

    @Test
    void what_is_saved_again_takes_the_place_of_what_was_there() throws IOException {
        var kept = kept("again", "none");
        artifacts().save(file("in.txt", "first"), kept);
        artifacts().save(file("in.txt", "second"), kept);
        var to = directory.resolve("again");
        artifacts().load(kept, to);
        assertThat(to).hasContent("second");
    }

    @Test
    void a_large_file_goes_through_whole() throws IOException {
        var large = large(directory, large());
        var kept = kept("large", "none");
        artifacts().save(large, kept);
        var to = directory.resolve("large-again");
        artifacts().load(kept, to);
        assertThat(Files.mismatch(large, to)).isEqualTo(-1);
    }
}
