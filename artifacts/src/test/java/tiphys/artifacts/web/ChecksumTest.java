package tiphys.artifacts.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumTest {
    @TempDir Path directory;

    @Test
    void each_sum_is_that_of_its_catalogue() throws IOException {
        var file = Files.writeString(directory.resolve("check"), "123456789");
        assertThat(HexFormat.of().formatHex(Checksum.MD5.of(file))).isEqualTo("25f9e794323b453885f5181f1b624d0b");
        assertThat(HexFormat.of().formatHex(Checksum.CRC32C.of(file))).isEqualTo("e3069283");
        assertThat(HexFormat.of().formatHex(Checksum.CRC64.of(file))).isEqualTo("995dc9bbdf1939fa");
    }
}
