package tiphys.connectors.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {
    @TempDir Path directory;

    @Test
    void keys_of_each_form_are_read() throws GeneralSecurityException {
        var certificates = new TestCertificates(directory);
        assertThat(Pem.key(certificates.text("client.key")).getAlgorithm()).isEqualTo("RSA");
        assertThat(Pem.key(certificates.text("client-rsa.key"))).isEqualTo(Pem.key(certificates.text("client.key")));
        assertThat(Pem.key(certificates.text("ec.key")).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void what_is_no_key_is_told() {
        assertThatThrownBy(() -> Pem.key("nonsense")).hasMessage("there is no private key in it");
        assertThatThrownBy(() -> Pem.key("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
                .hasMessage("the private key has a password");
    }
}
