package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What a test does at Azurite beside the driver: it makes a container, and signatures for others.
final class AzuriteContainer {
    private static final String VERSION = "2021-12-02";
    private static final String FROM = "2020-01-01T00:00:00Z";
    private static final String UNTIL = "2120-01-01T00:00:00Z";

    private AzuriteContainer() {}

    static void make(int port, String account, String key, String container) throws IOException {
        var uri = "http://127.0.0.1:" + port + "/" + account + "/" + container + "?restype=container&";
        var request =
                HttpRequest.newBuilder(URI.create(uri + accountSignature(account, key)))
                        .header("x-ms-version", VERSION)
                        .PUT(BodyPublishers.noBody())
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IOException("Azurite makes no container: " + answer.body());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String accountSignature(String account, String key) {
        var text = String.join("\n", account, "rwdlac", "b", "sco", FROM, UNTIL, "", "http", VERSION, "", "");
        return "sv="
                + VERSION
                + "&ss=b&srt=sco&sp=rwdlac&st="
                + encoded(FROM)
                + "&se="
                + encoded(UNTIL)
                + "&spr=http&sig="
                + encoded(mac(key, text));
    }

    /// For whoever reads and lists a container.
    static String signature(String account, String key, String container) {
        var text =
                String.join(
                        "\n",
                        "rl",
                        FROM,
                        UNTIL,
                        "/blob/" + account + "/" + container,
                        "",
                        "",
                        "http",
                        VERSION,
                        "c",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "");
        return "sv="
                + VERSION
                + "&sr=c&sp=rl&st="
                + encoded(FROM)
                + "&se="
                + encoded(UNTIL)
                + "&spr=http&sig="
                + encoded(mac(key, text));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static String mac(String key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
