package tiphys.connectors.nsq;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.HostPort;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Asks nsqlookupd which nsqds have a topic.
final class Lookup implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 4 << 20;

    private final HostPort lookupd;
    private final URI uri;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

    Lookup(HostPort lookupd, String topic) {
        this.lookupd = lookupd;
        this.uri = URI.create("http://" + lookupd + "/lookup?topic=" + topic.replace("#", "%23"));
    }

    /// Those that have it; none if nobody does yet.
    Set<HostPort> ask() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer;
        try {
            var request =
                    HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", "application/vnd.nsq; version=1.0");
            answer = http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        } catch (IOException e) {
            throw new IOException("nsqlookupd at " + lookupd + " cannot be reached: " + Causes.words(e), e);
        }
        if (answer.statusCode() == 404) {
            return Set.of();
        }
        Value.Mapping json;
        try {
            json = Json.parse(answer.body()) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new IOException(lookupd + " does not speak as nsqlookupd: " + e.getMessage(), e);
        }
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "nsqlookupd at "
                            + lookupd
                            + " says "
                            + answer.statusCode()
                            + " "
                            + json.textAt("message").orElse(""));
        }
        // before version 1 there was something around it
        var producers = json.find("data").isPresent() ? json.listAt("data", "producers") : json.listAt("producers");
        var found = new LinkedHashSet<HostPort>();
        for (var producer : producers) {
            if (producer instanceof Value.Mapping one
                    && one.find("tcp_port").orElse(Value.nothing()) instanceof Value.Number port) {
                var host = one.textAt("broadcast_address").orElse("");
                HostPort.parse(host.contains(":") ? "[" + host + "]" : host, port.decimal().intValue())
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
