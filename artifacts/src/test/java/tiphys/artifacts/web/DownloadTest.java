package tiphys.artifacts.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.web.Download.Piece;
import tiphys.engine.Artifacts.Trouble;

class DownloadTest {
    private static final String TEXT = "what is kept there";
    private static final OptionalLong WHOLE = OptionalLong.of(TEXT.length());

    @TempDir Path directory;

    private final List<Long> asked = new ArrayList<>();

    /// A text whose connection is lost after it.
    private static InputStream torn(String text) {
        return new SequenceInputStream(
                new ByteArrayInputStream(text.getBytes(UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("Connection reset");
                    }
                });
    }

    private static Piece piece(InputStream in, long from, String version) {
        return new Piece(in, from, WHOLE, version, Optional.empty());
    }

    private static InputStream rest(long from) {
        return new ByteArrayInputStream(TEXT.substring((int) from).getBytes(UTF_8));
    }

    private String brought(Download.Server server) throws IOException {
        var to = directory.resolve("file");
        Download.to(
                to,
                at -> {
                    asked.add(at);
                    return server.from(at);
                });
        return Files.readString(to);
    }

    @Test
    void what_was_lost_is_asked_for_from_where_it_was_lost() throws IOException {
        assertThat(brought(at -> piece(at == 0 ? torn("what is") : rest(at), at, "v"))).isEqualTo(TEXT);
        assertThat(asked).containsExactly(0L, 7L);
    }

    @Test
    void an_answer_that_ends_early_is_a_lost_one() throws IOException {
        assertThat(brought(at -> piece(at == 0 ? new ByteArrayInputStream("what".getBytes(UTF_8)) : rest(at), at, "v")))
                .isEqualTo(TEXT);
        assertThat(asked).containsExactly(0L, 4L);
    }

    @Test
    void a_file_that_changed_in_the_meantime_is_begun_anew() throws IOException {
        assertThat(
                        brought(at ->
                                asked.size() == 1
                                        ? piece(torn("something else"), 0, "old")
                                        : piece(rest(at), at, "new")))
                .isEqualTo(TEXT);
        assertThat(asked).containsExactly(0L, 14L, 0L);
    }

    @Test
    void a_file_without_a_version_is_begun_anew() throws IOException {
        assertThat(brought(at -> piece(asked.size() == 1 ? torn("what is") : rest(at), at, ""))).isEqualTo(TEXT);
        assertThat(asked).containsExactly(0L, 0L);
    }

    @Test
    void a_server_without_parts_sends_all_of_it_again() throws IOException {
        assertThat(brought(at -> piece(asked.size() == 1 ? torn("what is") : rest(0), 0, "v"))).isEqualTo(TEXT);
        assertThat(asked).containsExactly(0L, 7L);
    }

    @Test
    void a_server_that_sends_nothing_more_is_given_up() {
        assertThatThrownBy(() -> brought(at -> piece(torn(at == 0 ? "what" : ""), at, "v")))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE))
                .hasMessageContaining("Connection reset");
        assertThat(asked).hasSize(6);
    }

    @Test
    void what_is_refused_is_not_asked_for_again() {
        assertThatThrownBy(() ->
                        brought(_ -> {
                            throw new Trouble(Trouble.Kind.REFUSED, "no");
                        }))
                .hasMessage("no");
        assertThat(asked).hasSize(1);
    }

    @Test
    void what_is_not_what_the_server_has_is_no_file() {
        var sum = new Checksum.Expected(Checksum.MD5, HexFormat.of().parseHex("00"));
        assertThatThrownBy(() -> brought(at -> new Piece(rest(at), at, WHOLE, "v", Optional.of(sum))))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE))
                .hasMessageContaining("MD5");
    }
}
