package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// What every kind of place on another machine does alike when the way there is cut.
interface RemoteContract {
    Artifacts artifacts();

    /// The port of the server on this machine.
    int port();

    /// As [FilesContract#large].
    int large();

    /// As [FilesContract#location], by another port.
    Value.Mapping location(int port, String key);

    private Kept kept(int port, String key) {
        return FilesContract.plain(location(port, key));
    }

    @Test
    default void a_download_goes_on_where_the_connection_was_lost(@TempDir Path scratch) throws IOException {
        var file = FilesContract.large(scratch, large());
        artifacts().save(file, kept(port(), "large"));
        try (var line = new CutLine(port())) {
            line.cutDownAfter(Files.size(file) / 2);
            var to = scratch.resolve("back");
            artifacts().load(kept(line.port(), "large"), to);
            assertThat(Files.mismatch(file, to)).isEqualTo(-1);
            assertThat(line.came()).isLessThan(Files.size(file) * 5 / 4);
        }
    }

    @Test
    default void an_upload_that_broke_off_leaves_nothing_to_be_seen(@TempDir Path scratch) throws IOException {
        var file = FilesContract.large(scratch, large());
        try (var line = new CutLine(port())) {
            line.cutUpAfter(Files.size(file) / 2);
            assertThatThrownBy(() -> artifacts().save(file, kept(line.port(), "half")))
                    .isInstanceOfSatisfying(
                            Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE));
        }
        var to = scratch.resolve("back");
        assertThatThrownBy(() -> artifacts().load(kept(port(), "half"), to))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.MISSING));
        artifacts().save(file, kept(port(), "half"));
        artifacts().load(kept(port(), "half"), to);
        assertThat(Files.mismatch(file, to)).isEqualTo(-1);
    }
}
