package tiphys.connectors.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tiphys.events.Examples;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;

class LineFieldsTest {
    private final List<Diagnostic> found = new ArrayList<>();

    private Fields fields(String yaml) {
        return new Fields(Examples.yaml(yaml), "spec", found);
    }

    private List<String> said() {
        return found.stream().map(Diagnostic::message).toList();
    }

    @Test
    void pauses_grow_by_their_factor_and_end_at_a_minute() {
        var pauses = Pauses.read(fields("{connectionBackoff: {duration: 10s, factor: 2, steps: 3}}"));
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(pauses::after))
                .containsExactly(seconds(10), seconds(20), seconds(40), seconds(60), seconds(60));
        assertThat(Pauses.read(fields("{connectionBackoff: {duration: 1000000000}}")).after(4)).isEqualTo(seconds(1));
        assertThat(Pauses.read(fields("{}")).after(3)).isEqualTo(seconds(4));
        assertThat(Pauses.read(fields("{connectionBackoff: {duration: 0s}}")).after(9))
                .isEqualTo(Duration.ofMillis(100));
        assertThat(Pauses.STANDARD.after(Integer.MAX_VALUE)).isEqualTo(seconds(60));
        assertThat(found).isEmpty();
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void pauses_that_cannot_be_read_are_told() {
        Pauses.read(fields("{connectionBackoff: {duration: soon, factor: two}}"));
        assertThat(said())
                .containsExactly(
                        "spec.connectionBackoff.duration must be a duration such as 10s, not \"soon\"",
                        "spec.connectionBackoff.factor must be a number, not \"two\"");
    }

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
    void tls_that_says_nothing_is_told() {
        assertThat(Tls.read(fields("{}"))).isEmpty();
        assertThat(Tls.read(fields("{tls: {enabled: true}}"))).contains(Tls.PLAIN);
        assertThat(found).isEmpty();
        Tls.read(fields("{tls: {}}"));
        Tls.read(fields("{tls: {clientCertSecret: {name: a, key: b}}}"));
        assertThat(said())
                .containsExactly(
                        "spec.tls needs enabled: true, an authority, a client's certificate with its key, or"
                                + " insecureSkipVerify",
                        "spec.tls.clientCertSecret and clientKeySecret go together: only one of them is there");
    }

    @Test
    void a_failure_is_told_with_its_causes_each_once() {
        var refused = new IOException("refused: no", new IOException("no"));
        assertThat(Causes.words(new IOException("db:1 cannot be reached", refused)))
                .isEqualTo("db:1 cannot be reached: refused: no");
        assertThat(Optional.of(Causes.words(new UnknownHostException("db")))).contains("nobody knows the host db");
    }
}
