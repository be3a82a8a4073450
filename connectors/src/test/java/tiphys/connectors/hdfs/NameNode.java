package tiphys.connectors.hdfs;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import tiphys.connectors.http.TakingServer;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a name node says over WebHDFS when it is asked for a list.
final class NameNode implements AutoCloseable {
    private final TakingServer server = new TakingServer();
    private final Map<String, Value.Mapping> files = new TreeMap<>();
    private boolean standby;
    private long clock = 1_764_000_000_000L;

    NameNode() throws IOException {
        server.answer(this::answer);
    }

    URI uri() {
        return URI.create(server.url());
    }

    TakingServer server() {
        return server;
    }

    /// Directories are there as long as they have files.
    synchronized void write(String path, int length) {
        var about = Value.object("type", "FILE", "length", length, "modificationTime", clock++);
        files.put(path, about);
    }

    synchronized void delete(String path) {
        files.remove(path);
    }

    synchronized void standBy() {
        standby = true;
    }

    private synchronized Reply answer(Taken taken) {
        if (standby) {
            return error(403, "StandbyException", "Operation category READ is not supported in state standby");
        }
        if (!taken.path().endsWith("?op=LISTSTATUS&user.name=ada")) {
            return error(400, "IllegalArgumentException", "what is " + taken.path());
        }
        var path = taken.path().substring("/webhdfs/v1".length(), taken.path().indexOf('?'));
        var directory = URLDecoder.decode(path, StandardCharsets.UTF_8) + "/";
        if (directory.startsWith("/secret/")) {
            return error(403, "AccessControlException", "Permission denied: user=ada\nat a place");
        }
        var children = new TreeMap<String, Value.Mapping>();
        files.forEach((file, about) -> {
            if (file.startsWith(directory)) {
                var rest = file.substring(directory.length());
                int slash = rest.indexOf('/');
                children.put(
                        slash < 0 ? rest : rest.substring(0, slash),
                        slash < 0 ? about : Value.object("type", "DIRECTORY", "length", 0, "modificationTime", 0));
            }
        });
        if (children.isEmpty() && !directory.equals("/in/")) {
            return error(404, "FileNotFoundException", "File " + directory + " does not exist.");
        }
        var all = new ArrayList<Value>();
        children.forEach((name, about) -> all.add(about.with("pathSuffix", name)));
        return Reply.of(200, Json.text(Value.object("FileStatuses", Value.object("FileStatus", Value.list(all)))));
    }

    private static Reply error(int status, String exception, String message) {
        return Reply.of(
                status,
                Json.text(Value.object("RemoteException", Value.object("exception", exception, "message", message))));
    }

    @Override
    public void close() {
        server.close();
    }
}
