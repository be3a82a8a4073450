package tiphys.connectors.hdfs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.connectors.line.Causes;
import tiphys.connectors.watch.RemoteDirectory;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Lists what is below a directory. Of several name nodes one is active; the others say that they stand by, and the next one is asked.
final class WebHdfs implements RemoteDirectory {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 64 << 20;
    private static final int DEEPEST = 32;
    private static final int MOST_DIRECTORIES = 10_000;

    private final HdfsKind.Settings settings;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).version(HttpClient.Version.HTTP_1_1).build();
    private int active;

    WebHdfs(HdfsKind.Settings settings) {
        this.settings = settings;
    }

    private record Folder(String name, int depth) {}

    /// A name node that is not the one to ask.
    private static final class Standby extends IOException {
        private static final long serialVersionUID = 1;

        Standby(String words) {
            super(words);
        }
    }

    @Override
    public List<RemoteFile> list() throws IOException, InterruptedException {
        var files = new ArrayList<RemoteFile>();
        var folders = new ArrayDeque<Folder>();
        folders.add(new Folder("", 0));
        for (int looked = 0; !folders.isEmpty(); looked++) {
            if (looked > MOST_DIRECTORIES) {
                throw new IOException(
                        settings.filter().directory() + " has more than " + MOST_DIRECTORIES + " directories below it");
            }
            var folder = folders.poll();
            try {
                for (var item : children(folder.name())) {
                    add(folder, item, files, folders);
                }
            } catch (FileNotFoundException e) {
                if (folder.depth() == 0) {
                    throw e;
                }
                // it went meanwhile
            }
        }
        return files;
    }

    private void add(Folder folder, Value item, List<RemoteFile> files, ArrayDeque<Folder> folders) {
        if (!(item instanceof Value.Mapping status)) {
            return;
        }
        var name = status.textAt("pathSuffix").orElse("");
        var whole = folder.name().isEmpty() ? name : folder.name() + "/" + name;
        if (!status.textAt("type").orElse("").equals("DIRECTORY")) {
            files.add(new RemoteFile(whole, number(status, "length"), number(status, "modificationTime")));
        } else if (folder.depth() < DEEPEST && isWanted(whole)) {
            folders.add(new Folder(whole, folder.depth() + 1));
        }
    }

    /// Whether a file that counts may be below a directory.
    private boolean isWanted(String folder) {
        var path = settings.filter().path();
        return path.isEmpty() || path.startsWith(folder + "/");
    }

    private static long number(Value.Mapping status, String field) {
        return status.find(field)
                .filter(Value.Number.class::isInstance)
                .map(Value.Number.class::cast)
                .map(number -> number.decimal().longValue())
                .orElse(0L);
    }

    private List<Value> children(String folder) throws IOException, InterruptedException {
        var whole = folder.isEmpty() ? settings.filter().directory() : settings.filter().whole(folder);
        var path = Arrays.stream(whole.split("/", -1)).map(WebHdfs::encoded).collect(Collectors.joining("/"));
        var why = Optional.<IOException>empty();
        for (int tried = 0; tried < settings.servers().size(); tried++) {
            var server = settings.servers().get(active);
            try {
                return children(server, path);
            } catch (FileNotFoundException e) {
                throw e;
            } catch (Standby e) {
                why = why.or(() -> Optional.of(e));
            } catch (IOException e) {
                why = Optional.of(e);
            }
            active = (active + 1) % settings.servers().size();
        }
        throw why.orElseGet(() -> new IOException("no name node is named"));
    }

    private List<Value> children(URI server, String path) throws IOException, InterruptedException {
        var uri = URI.create(server + "/webhdfs/v1" + path + "?op=LISTSTATUS&user.name=" + encoded(settings.user()));
        HttpResponse<byte[]> answer;
        try {
            var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
            answer = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        } catch (IOException e) {
            throw new IOException(server + " cannot be reached: " + Causes.words(e), e);
        }
        Value.Mapping json;
        try {
            json = Json.parse(answer.body()) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new IOException(
                    server
                            + " does not speak WebHDFS (it says "
                            + answer.statusCode()
                            + "); say where that is by the annotation "
                            + HdfsKind.WEBHDFS,
                    e);
        }
        var error = json.mapAt("RemoteException");
        var words = error.textAt("message").orElse("").lines().findFirst().orElse("");
        return switch (error.textAt("exception").orElse("")) {
            case "" -> json.listAt("FileStatuses", "FileStatus");
            case "StandbyException" -> throw new Standby(server + " stands by");
            case "FileNotFoundException" -> throw new FileNotFoundException(words);
            default -> throw new IOException(server + " says " + answer.statusCode() + " " + words);
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
