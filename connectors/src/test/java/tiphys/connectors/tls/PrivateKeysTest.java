package tiphys.connectors.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.TestCertificates;
import tiphys.identity.PrivateKeys;

class PrivateKeysTest {
    @TempDir Path directory;

    @Test
    void keys_of_each_form_are_read() throws GeneralSecurityException {
        var certificates = new TestCertificates(directory);
        assertThat(PrivateKeys.read("k", certificates.text("client.key")).getAlgorithm()).isEqualTo("RSA");
        assertThat(PrivateKeys.read("k", certificates.text("client-rsa.key")))
                .isEqualTo(PrivateKeys.read("k", certificates.text("client.key")));
        assertThat(PrivateKeys.read("k", certificates.text("ec.key")).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void what_is_no_key_is_told() {
        assertThatThrownBy(() -> PrivateKeys.read("k", "nonsense"))
                .hasMessage("k holds no private key in PEM that can be read without a password");
        assertThatThrownBy(() -> PrivateKeys.read("k", "-----BEGIN ENCRYPTED PRIVATE KEY-----"))
                .hasMessage("k holds no private key in PEM that can be read without a password");
    }
}
