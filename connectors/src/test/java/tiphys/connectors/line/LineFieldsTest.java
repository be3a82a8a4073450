package tiphys.connectors.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineFieldsTest {
    @Test
    void an_address_has_a_host_and_a_port() {
        assertThat(HostPort.parse("db.example:7", 6)).contains(new HostPort("db.example", 7));
        assertThat(HostPort.parse("db.example", 6)).contains(new HostPort("db.example", 6));
        assertThat(HostPort.parse(":7", 6)).contains(new HostPort("localhost", 7));
        assertThat(HostPort.parse("[::1]:7", 6).map(HostPort::toString)).contains("[::1]:7");
        assertThat(HostPort.parse("http://x", 6)).isEmpty();
        assertThat(HostPort.parse("x:70000", 6)).isEmpty();
    }

    @Test
    void a_failure_is_told_with_its_causes_each_once() {
        var refused = new IOException("refused: no", new IOException("no"));
        assertThat(Causes.words(new IOException("db:1 cannot be reached", refused)))
                .isEqualTo("db:1 cannot be reached: refused: no");
        assertThat(Optional.of(Causes.words(new UnknownHostException("db")))).contains("nobody knows the host db");
    }
}
