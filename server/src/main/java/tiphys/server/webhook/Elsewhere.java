package tiphys.server.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tiphys.events.webhook.HttpDoor.NotGot;

/// Gets small things from other servers. They are got seldom: a client is made for each.
final class Elsewhere {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 64 << 10;

    private Elsewhere() {}

    static byte[] get(String url, Map<String, String> query) throws NotGot {
        var asked =
                query.entrySet().stream()
                        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                        .sorted()
                        .collect(Collectors.joining("&"));
        try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var uri = URI.create(asked.isEmpty() ? url : url + "?" + asked);
            var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
            var response = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
            if (response.statusCode() != 200) {
                throw new NotGot(uri.getHost() + " answers " + response.statusCode());
            }
            return response.body();
        } catch (IOException | IllegalArgumentException e) {
            throw new NotGot(url + " could not be got: " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new NotGot(url + " could not be got: interrupted");
        }
    }
}
