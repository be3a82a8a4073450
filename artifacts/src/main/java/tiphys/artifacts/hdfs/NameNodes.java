package tiphys.artifacts.hdfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Who knows where files are: the first name node of a place that answers and is not in waiting. Where bytes go to and come from is
/// another server, which it names.
///
/// @param user in whose name
record NameNodes(Web web, List<URI> addresses, String user) {
    private static final List<Integer> FOR_HADOOPS_OWN_CLIENTS = List.of(8020, 9000);
    private static final int HTTP = 9870;
    private static final int MOVED = 307;

    /// @throws Trouble if the place does not say who and where, or wants Kerberos
    static NameNodes of(Web web, Place place) throws Trouble {
        for (var field : place.fields().fields().keySet()) {
            if (field.startsWith("krb") || field.equals("dataTransferProtection")) {
                throw new Trouble(
                        Trouble.Kind.REFUSED,
                        "TIP-6059: hdfs." + field + ": Kerberos is not supported; hdfsUser says who asks");
            }
        }
        var user = place.text("hdfsUser");
        if (user.isEmpty()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "either hdfs.hdfsUser, hdfs.krbCCacheSecret or hdfs.krbKeytabSecret is required");
        }
        if (!place.text("path").startsWith("/")) {
            throw new Trouble(Trouble.Kind.REFUSED, "hdfs.path must be a absolute file path");
        }
        var addresses = new java.util.ArrayList<URI>();
        for (var address : place.fields().listAt("addresses")) {
            addresses.add(address(Json.text(address)));
        }
        if (addresses.isEmpty()) {
            throw new Trouble(Trouble.Kind.REFUSED, "hdfs.addresses is required");
        }
        return new NameNodes(web, List.copyOf(addresses), user);
    }

    /// Argo speaks as Hadoop's own clients do, at the port of those; the REST API is at another one of the same host.
    private static URI address(String text) throws Trouble {
        var uri = Web.uri(text.contains("://") ? text : "http://" + text);
        return uri.getPort() < 0 || FOR_HADOOPS_OWN_CLIENTS.contains(uri.getPort())
                ? Web.uri(uri.getScheme() + "://" + uri.getHost() + ":" + HTTP)
                : uri;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// What a name node answers. To be closed.
    Answer ask(String method, String path, String op, Map<String, String> parameters) throws IOException {
        var query =
                parameters.entrySet().stream()
                        .map(one -> "&" + one.getKey() + "=" + encoded(one.getValue()))
                        .sorted()
                        .collect(Collectors.joining());
        @Nullable Trouble last = null;
        for (var address : addresses) {
            var uri =
                    address
                            + "/webhdfs/v1"
                            + encoded(path).replace("%2F", "/")
                            + "?op="
                            + op
                            + "&user.name="
                            + encoded(user)
                            + query;
            try {
                var answer = web.ask(Web.request(Web.uri(uri)).method(method, BodyPublishers.noBody()).build());
                if (answer.fine() || answer.status() == MOVED) {
                    return answer;
                }
                try (answer) {
                    last = trouble(answer, path);
                }
            } catch (Trouble e) {
                last = e;
            }
            if (last.kind() != Trouble.Kind.UNAVAILABLE) {
                throw last;
            }
        }
        throw java.util.Objects.requireNonNull(last);
    }

    /// What a server of bytes answers whom a name node named. To be closed.
    Answer moved(Answer answer, String method, BodyPublisher body, String path) throws IOException {
        Optional<String> to;
        try (answer) {
            to = answer.header("Location");
        }
        if (answer.status() != MOVED || to.isEmpty()) {
            throw new Trouble(Trouble.Kind.REFUSED, "hdfs: the name node does not say where the bytes are");
        }
        var moved = web.ask(Web.request(Web.uri(to.get())).method(method, body).build());
        if (!moved.fine()) {
            try (moved) {
                throw trouble(moved, path);
            }
        }
        return moved;
    }

    static Trouble trouble(Answer answer, String path) throws IOException {
        var text = answer.text();
        var exception = Value.Mapping.EMPTY;
        try {
            exception = Json.parse(text) instanceof Value.Mapping json ? json.mapAt("RemoteException") : exception;
        } catch (InvalidInput _) {
            // somebody else answered
        }
        var name = exception.textAt("exception").orElse("");
        var message = exception.textAt("message").orElse(text.strip().lines().findFirst().orElse(""));
        if (name.equals("FileNotFoundException") || (answer.status() == 404 && name.isEmpty())) {
            return new Trouble(Trouble.Kind.MISSING, "stat " + path + ": file does not exist");
        }
        boolean waits = name.equals("StandbyException") || name.equals("RetriableException");
        return new Trouble(
                waits || answer.status() >= 500 ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED,
                "hdfs: " + answer.status() + " " + (name.isEmpty() ? "" : name + ": ") + message);
    }
}
