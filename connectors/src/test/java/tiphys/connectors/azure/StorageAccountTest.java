package tiphys.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StorageAccountTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void a_request_is_signed_over_its_headers_its_path_and_its_decoded_query() throws IOException {
        var account =
                StorageAccount.read("f", "AccountName=ship;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:1/ship/");
        var uri = account.uri("/q/messages/7", "visibilitytimeout=30&popreceipt=a%2Fb%3D");
        assertThat(uri).hasToString("http://127.0.0.1:1/ship/q/messages/7?visibilitytimeout=30&popreceipt=a%2Fb%3D");
        var headers = account.headers("PUT", uri, NOON, 0);
        assertThat(headers)
                .containsEntry("x-ms-date", "Tue, 24 Nov 2026 12:00:00 GMT")
                .containsEntry("x-ms-version", "2021-12-02");
        headers.remove("Authorization");
        assertThat(account.signed("PUT", uri, headers, 0))
                .isEqualTo(
                        """
                        PUT











                        x-ms-date:Tue, 24 Nov 2026 12:00:00 GMT
                        x-ms-version:2021-12-02
                        /ship/ship/q/messages/7
                        popreceipt:a/b=
                        visibilitytimeout:30\
                        """);
    }

    @Test
    void a_signature_that_is_given_goes_along_as_it_is() throws IOException {
        var account =
                StorageAccount.read(
                        "f",
                        "QueueEndpoint=https://ship.queue.core.windows.net/;SharedAccessSignature=?sv=1&sig=a%2Fb");
        var uri = account.uri("/q", "comp=metadata");
        assertThat(uri).hasToString("https://ship.queue.core.windows.net/q?comp=metadata&sv=1&sig=a%2Fb");
        assertThat(account.headers("GET", uri, NOON, 0)).doesNotContainKey("Authorization");
        assertThat(account).hasToString("https://ship.queue.core.windows.net");
    }

    @Test
    void an_account_of_azure_is_found_by_its_name() throws IOException {
        assertThat(StorageAccount.read("f", "AccountName=ship;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn\n"))
                .hasToString("https://ship.queue.core.chinacloudapi.cn");
    }

    @Test
    void what_is_no_connection_string_is_told_without_its_text() {
        for (var text :
                new String[] {"", "hunter2", "AccountName=a;AccountKey=*hunter2*", "AccountName=a b;AccountKey=aa"}) {
            assertThatThrownBy(() -> StorageAccount.read("f", text))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("f: its Secret holds no connection string such as")
                    .hasMessageNotContaining("hunter2");
        }
    }
}
