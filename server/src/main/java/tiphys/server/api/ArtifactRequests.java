package tiphys.server.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.URIUtil;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Trouble;
import tiphys.engine.NodeArtifact;
import tiphys.engine.NodeArtifact.Side;
import tiphys.engine.Runs;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.server.http.Problem;

/// Requests for artifacts: the list of a run's, what is in one, and the bytes, also by Argo's own paths. What steps made is shown to a
/// browser as something that can do nothing: it runs no script, asks nobody, and is what its name says.
final class ArtifactRequests {
    private static final int PIECE = 64 << 10;
    private static final int MOST_ITEMS = 10_000;

    /// Argo's paths, by their first part.
    private static final List<String> ROOTS =
            List.of("artifacts", "artifacts-by-uid", "input-artifacts", "input-artifacts-by-uid", "artifact-files");

    private static final String POLICY =
            "sandbox; base-uri 'none'; default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("log", "text/plain; charset=utf-8"),
                    Map.entry("md", "text/markdown; charset=utf-8"),
                    Map.entry("csv", "text/csv; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("yaml", "text/plain; charset=utf-8"),
                    Map.entry("yml", "text/plain; charset=utf-8"),
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("htm", "text/html; charset=utf-8"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("tgz", "application/gzip"),
                    Map.entry("gz", "application/gzip"),
                    Map.entry("zip", "application/zip"));

    private final Runs runs;
    private final Artifacts artifacts;

    ArtifactRequests(Runs runs, Artifacts artifacts) {
        this.runs = runs;
        this.artifacts = artifacts;
    }

    /// `GET …/runs/NAME/artifacts`: all of a run, or of the node that the query names.
    void list(Call call) {
        var node = call.text("node");
        call.items(
                runs.artifacts(RunRequests.found(runs, call).uid()).stream()
                        .filter(one -> node.isEmpty() || one.nodeId().equals(node))
                        .map(ArtifactRequests::row)
                        .toList());
    }

    private static Value row(NodeArtifact one) {
        var artifact = one.kept().artifact();
        var location = one.kept().location();
        return Value.object(
                "node",
                one.nodeId(),
                "nodeName",
                one.nodeName(),
                "side",
                one.side().name().toLowerCase(Locale.ROOT),
                "name",
                one.name(),
                "path",
                artifact.path().orElse(""),
                "place",
                Artifact.driver(location).orElse(""),
                "key",
                Artifact.key(location).orElse(""),
                "file",
                fileName(one),
                "deleted",
                artifact.deleted());
    }

    /// `GET …/nodes/NODE/artifacts/SIDE/NAME/items`: what is in it.
    void items(Call call) throws IOException {
        var one = named(call);
        var items = new ArrayList<Value>();
        try {
            for (var item : artifacts.list(one.kept(), MOST_ITEMS)) {
                items.add(
                        Value.object(
                                "path",
                                item.path(),
                                "bytes",
                                item.bytes().isPresent() ? item.bytes().getAsLong() : null));
            }
        } catch (IOException e) {
            throw problem(one.name(), e).thrown();
        }
        call.items(items);
    }

    /// `GET …/nodes/NODE/artifacts/SIDE/NAME`: its bytes, or those of `part` of it.
    void bytes(Call call) throws IOException {
        send(call, named(call), call.text("part"));
    }

    private NodeArtifact named(Call call) {
        var run = RunRequests.found(runs, call);
        var side = call.part("side").equals("inputs") ? Side.INPUTS : Side.OUTPUTS;
        return find(run.uid(), call.part("node"), side, call.part("artifact"));
    }

    private NodeArtifact find(String uid, String node, Side side, String name) {
        return runs.artifacts(uid).stream()
                .filter(one -> one.nodeId().equals(node) && one.side() == side && one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(node, name).thrown());
    }

    private static Problem unknown(String node, String name) {
        return new Problem(
                404,
                "TIP-4043",
                "the node " + Call.shortened(node) + " has no artifact " + Call.shortened(name),
                "`tiphys artifacts list RUN` names those that there are");
    }

    private static Problem problem(String name, IOException e) {
        boolean missing = e instanceof Trouble trouble && trouble.kind() == Trouble.Kind.MISSING;
        return missing
                ? new Problem(
                        404,
                        "TIP-4043",
                        "the artifact " + name + " is not there: " + e.getMessage(),
                        "it was deleted, or never saved")
                : new Problem(
                        502, "TIP-5021", "the artifact " + name + " cannot be read: " + e.getMessage(), "try again");
    }

    /// Whether a path is one of Argo's for artifacts.
    static boolean has(String path) {
        return ROOTS.stream().anyMatch(root -> path.startsWith("/" + root + "/"));
    }

    /// Answers one of Argo's paths.
    void argo(Call call, String path) throws IOException {
        var parts = List.of(path.substring(1).split("/", -1)).stream().map(URIUtil::decodePath).toList();
        var root = parts.getFirst();
        var side = root.startsWith("input-") ? Side.INPUTS : Side.OUTPUTS;
        if (root.endsWith("-by-uid") && parts.size() == 4) {
            send(call, find(parts.get(1), parts.get(2), side, parts.get(3)), "");
        } else if (root.equals("artifact-files") && parts.size() >= 7) {
            var uid = parts.get(2).equals("archived-workflows") ? parts.get(3) : uid(parts.get(1), parts.get(3));
            var of = parts.get(5).equals("inputs") ? Side.INPUTS : Side.OUTPUTS;
            send(call, find(uid, parts.get(4), of, parts.get(6)), String.join("/", parts.subList(7, parts.size())));
        } else if (!root.equals("artifact-files") && parts.size() == 5) {
            send(call, find(uid(parts.get(1), parts.get(2)), parts.get(3), side, parts.get(4)), "");
        } else {
            throw new Problem(404, "TIP-4041", "there is no request " + Call.shortened(path), "see docs/api.md")
                    .thrown();
        }
    }

    private String uid(String namespace, String name) {
        return runs.find(namespace, name)
                .map(Runs.Summary::uid)
                .orElseThrow(() -> RunRequests.unknown(namespace, name).thrown());
    }

    private void send(Call call, NodeArtifact one, String part) throws IOException {
        var range = ByteRange.of(Optional.ofNullable(call.request().getHeaders().get(HttpHeader.RANGE)));
        Artifacts.Content content;
        try {
            content = artifacts.open(one.kept(), part, range.from());
        } catch (IOException e) {
            throw problem(one.name(), e).thrown();
        }
        try (content) {
            var file = part.isEmpty() ? fileName(one) : part.substring(part.lastIndexOf('/') + 1);
            begin(call, file);
            if (content.bytes().isPresent()) {
                sized(call, one, range, content, content.bytes().getAsLong());
            } else {
                copy(call, content, Long.MAX_VALUE); // it is packed while it is sent, and its end is not known
            }
        }
        call.response().write(true, null, call.callback());
    }

    private static void sized(Call call, NodeArtifact one, ByteRange range, Artifacts.Content content, long whole)
            throws IOException {
        var headers = call.response().getHeaders();
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        var wanted = range.in(whole);
        if (wanted.isEmpty()) {
            call.response().setStatus(416);
            headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + whole);
            headers.put(HttpHeader.CONTENT_LENGTH, 0L);
            return;
        }
        try {
            content.in().skipNBytes(wanted.get().from() - content.from());
        } catch (IOException e) {
            throw problem(one.name(), e).thrown();
        }
        if (!(range instanceof ByteRange.Whole)) {
            call.response().setStatus(206);
            headers.put(HttpHeader.CONTENT_RANGE, wanted.get().text());
        }
        headers.put(HttpHeader.CONTENT_LENGTH, wanted.get().bytes());
        copy(call, content, wanted.get().bytes());
    }

    private static void copy(Call call, Artifacts.Content content, long bytes) throws IOException {
        var piece = new byte[PIECE];
        long left = bytes;
        while (left > 0) {
            int read = content.in().read(piece, 0, (int) Math.min(piece.length, left));
            if (read < 0) {
                break;
            }
            Content.Sink.write(call.response(), false, ByteBuffer.wrap(piece, 0, read));
            left -= read;
        }
    }

    private static void begin(Call call, String file) {
        var response = call.response();
        var headers = response.getHeaders();
        response.setStatus(200);
        headers.put(HttpHeader.CONTENT_TYPE, type(file));
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "SAMEORIGIN");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put(
                "Content-Disposition",
                (call.flag("download") ? "attachment; " : "inline; ")
                        + "filename=\""
                        + file.replaceAll("[^A-Za-z0-9_.-]", "_")
                        + "\"");
    }

    private static String type(String file) {
        var end = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(end, "application/octet-stream");
    }

    /// How a file with the bytes as they are kept is called.
    private static String fileName(NodeArtifact one) {
        var key = Artifact.key(one.kept().location());
        var name = key.map(text -> text.replaceAll("/+$", "")).map(text -> text.substring(text.lastIndexOf('/') + 1));
        return Optional.of(name.orElse("")).filter(text -> !text.isEmpty()).orElse(one.name());
    }
}
