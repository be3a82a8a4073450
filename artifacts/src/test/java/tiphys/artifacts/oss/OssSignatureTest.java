package tiphys.artifacts.oss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.manifest.Value;

class OssSignatureTest {
    @Test
    void a_request_is_signed_as_the_documentation_shows() {
        var signature = new OssSignature("44CF9590006BF252F707", "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", "");
        var headers =
                Map.of(
                        "content-md5",
                        "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=",
                        "content-type",
                        "text/html",
                        "x-oss-magic",
                        "abracadabra",
                        "x-oss-meta-author",
                        "foo@bar.com");
        var signed = signature.sign("PUT", "/oss-example/nelson", Map.of(), headers, "Thu, 17 Nov 2005 18:49:58 GMT");
        assertThat(signed)
                .containsAllEntriesOf(headers)
                .containsEntry("authorization", "OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=");
        assertThat(signature.toString()).doesNotContain("Otxrz");
    }

    @Test
    void the_environment_has_credentials_for_who_names_none() throws IOException {
        var place = new Place("ns", Value.object("useSDKCreds", true));
        var environment =
                Map.of(
                        "ALIBABA_CLOUD_ACCESS_KEY_ID",
                        "a",
                        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                        "s",
                        "ALIBABA_CLOUD_SECURITY_TOKEN",
                        "t");
        assertThat(OssDriver.signature(place, (_, _, _) -> Optional.empty(), environment))
                .isEqualTo(new OssSignature("a", "s", "t"));
        assertThatThrownBy(() -> OssDriver.signature(place, (_, _, _) -> Optional.empty(), Map.of()))
                .hasMessageContaining("ALIBABA_CLOUD_ACCESS_KEY_ID");
    }
}
