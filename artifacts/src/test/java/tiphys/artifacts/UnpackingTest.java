package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.archive.Packing;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Archives that somebody else made.
class UnpackingTest {
    private static final Artifact SILENT = new Artifact(Value.object("name", "a"));

    @TempDir Path directory;

    private Path tar(List<String> names) throws IOException {
        var file = directory.resolve("some.tgz");
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            for (var name : names) {
                var entry = new TarArchiveEntry(name, true);
                entry.setSize(2);
                tar.putArchiveEntry(entry);
                tar.write(new byte[] {'o', 'k'});
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private Path unpacked(Path file) throws IOException {
        var to = directory.resolve("to");
        var how = Packing.how(SILENT, file);
        assertThat(how).isEqualTo(Packing.How.TAR);
        Packing.unpack(file, how, to);
        return to;
    }

    @Test
    void one_thing_at_the_top_becomes_that_thing_and_several_a_directory() throws IOException {
        assertThat(unpacked(tar(List.of("alone")))).hasContent("ok");
        Files.delete(directory.resolve("to"));
        assertThat(unpacked(tar(List.of("a", "b"))).resolve("b")).hasContent("ok");
    }

    @Test
    void a_name_that_leaves_the_directory_is_refused() throws IOException {
        for (var name : List.of("../out", "a/../../out", "/etc/out")) {
            var file = tar(List.of(name));
            assertThatThrownBy(() -> unpacked(file))
                    .as(name)
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining("TIP-6051");
        }
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void a_file_below_a_link_that_the_archive_made_is_refused() throws IOException {
        var file = directory.resolve("link.tgz");
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            var link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
            link.setLinkName(directory.toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            var below = new TarArchiveEntry("link/out");
            below.setSize(0);
            tar.putArchiveEntry(below);
            tar.closeArchiveEntry();
        }
        assertThatThrownBy(() -> unpacked(file)).isInstanceOf(Trouble.class).hasMessageContaining("TIP-6051");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void a_zip_that_leaves_its_directory_is_refused() throws IOException {
        var file = directory.resolve("some.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("../out"));
            zip.closeEntry();
        }
        assertThatThrownBy(() -> Packing.unpack(file, Packing.How.ZIP, directory.resolve("to")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("TIP-6051");
    }

    @Test
    void an_archive_that_was_cut_off_is_damaged() throws IOException {
        var whole = Files.readAllBytes(tar(List.of("a", "b", "c")));
        var cut = Files.write(directory.resolve("cut.tgz"), java.util.Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> Packing.unpack(cut, Packing.How.TAR, directory.resolve("to")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("TIP-6053");
    }

    @Test
    void gzipped_text_is_no_archive() throws IOException {
        var file = directory.resolve("text.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("just text".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(Packing.how(SILENT, file)).isEqualTo(Packing.How.AS_IT_IS);
    }
}
