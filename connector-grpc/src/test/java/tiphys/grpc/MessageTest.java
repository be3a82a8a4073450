package tiphys.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void fields_are_written_as_protobuf_has_them_and_empty_ones_are_left_out() {
        assertThat(Message.of(hex("61"), hex(""), hex("6263"))).isEqualTo(hex("0a 01 61 1a 02 62 63"));
        assertThat(Message.of(new byte[300])).startsWith(hex("0a ac 02")).hasSize(303);
    }

    @Test
    void fields_are_read_and_unknown_kinds_stepped_over() throws IOException {
        var read = Message.read(hex("08 01 12 02 6f 6b 19 0000000000000000 25 00000000 12 01 78"));
        assertThat(read.truth(1)).isTrue();
        assertThat(read.text(2)).isEqualTo("x");
        assertThat(read.truth(7)).isFalse();
        assertThat(read.bytes(7)).isEmpty();
    }

    @Test
    void what_breaks_off_is_no_message() {
        for (var broken :
                new String[] {"0a", "0a 05 61", "08 ff", "0b", "0a ff ff ff ff ff ff ff ff ff ff 01", "19 00"}) {
            assertThatThrownBy(() -> Message.read(hex(broken))).as(broken).isInstanceOf(IOException.class);
        }
    }
}
