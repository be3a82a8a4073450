package tiphys.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1");

    @TempDir Path directory;

    @Test
    void the_servers_certificate_is_signed_by_the_authority() throws Exception {
        var made = Certificates.in(directory, HOSTS, NOON);
        var server = made.serverCertificate();
        var authority = made.authorityCertificate();
        server.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(server.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    }

    @Test
    void certificates_are_made_once() throws Exception {
        var first = Certificates.in(directory, HOSTS, NOON);
        var second = Certificates.in(directory, HOSTS, NOON.plus(Duration.ofDays(100)));
        assertThat(second.serverCertificate()).isEqualTo(first.serverCertificate());
    }

    @Test
    void the_servers_certificate_is_renewed_before_its_end_by_the_same_authority() throws Exception {
        var first = Certificates.in(directory, HOSTS, NOON);
        var later = NOON.plus(Duration.ofDays(340));
        var second = Certificates.in(directory, HOSTS, later);
        assertThat(second.serverCertificate()).isNotEqualTo(first.serverCertificate());
        assertThat(second.serverCertificate().getNotAfter().toInstant()).isAfter(later.plus(Duration.ofDays(300)));
        assertThat(second.authorityPem()).isEqualTo(first.authorityPem());
    }

    @Test
    void another_host_needs_another_certificate() throws Exception {
        var first = Certificates.in(directory, HOSTS, NOON);
        var second = Certificates.in(directory, Set.of("localhost", "box.example", "10.0.0.7"), NOON);
        assertThat(second.serverCertificate()).isNotEqualTo(first.serverCertificate());
        assertThat(second.authorityPem()).isEqualTo(first.authorityPem());
    }

    @Test
    void a_lost_authority_is_made_again_with_what_it_signed() throws Exception {
        Certificates.in(directory, HOSTS, NOON);
        Files.delete(directory.resolve("tls/ca.key"));
        var made = Certificates.in(directory, HOSTS, NOON);
        made.serverCertificate().verify(made.authorityCertificate().getPublicKey());
    }

    @Test
    void a_damaged_key_is_told_with_a_way_out() throws Exception {
        Certificates.in(directory, HOSTS, NOON);
        Files.writeString(directory.resolve("tls/server.key"), "nonsense");
        assertThat(catchThrowable(() -> Certificates.in(directory, HOSTS, NOON)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("delete that folder");
    }
}
