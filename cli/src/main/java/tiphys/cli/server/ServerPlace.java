package tiphys.cli.server;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

/// Where the server is and how to speak to it.
///
/// @param url the address for people and for TLS
/// @param plain the address on loopback without TLS, if there is one
/// @param token empty if none is known
/// @param authority the file with the server's certificate authority
/// @param process the server's process, known only on this machine
/// @param dataDirectory where `server.json` was found
/// @param kubeconfig the file that kubectl uses
public record ServerPlace(
        URI url,
        Optional<URI> plain,
        String token,
        Optional<Path> authority,
        OptionalLong process,
        Optional<Path> dataDirectory,
        Optional<Path> kubeconfig) {

    /// What the command line says about the server; empty where it says nothing.
    public record Wanted(Optional<String> server, Optional<String> data) {
        public static final Wanted NOTHING = new Wanted(Optional.empty(), Optional.empty());
    }

    /// The file in the data directory by which a running server is found.
    public static final String FILE = "server.json";

    /// The server that is meant: `--server`, `TIPHYS_SERVER`, or the one that runs on the data directory.
    ///
    /// @throws CliError if there is none, with what to do
    public static ServerPlace find(Surroundings around, Wanted wanted) {
        var address = wanted.server().or(() -> around.variable("TIPHYS_SERVER"));
        if (address.isPresent() && wanted.data().isEmpty()) {
            return at(around, address.get());
        }
        return running(dataDirectory(around, wanted.data()));
    }

    /// The data directory: as given, `TIPHYS_DATA`, or the usual one of the user.
    public static Path dataDirectory(Surroundings around, Optional<String> given) {
        return around.directory()
                .resolve(
                        given.or(() -> around.variable("TIPHYS_DATA"))
                                .map(Path::of)
                                .or(() -> around.variable("XDG_DATA_HOME").map(home -> Path.of(home, "tiphys")))
                                .orElseGet(() -> Path.of(home(around), ".local", "share", "tiphys")))
                .normalize();
    }

    private static String home(Surroundings around) {
        return around.variable("HOME").orElseGet(() -> System.getProperty("user.home", "."));
    }

    private static ServerPlace at(Surroundings around, String address) {
        var url = url(address);
        var token = around.variable("TIPHYS_TOKEN");
        var authority = around.variable("TIPHYS_CA").map(file -> around.directory().resolve(file));
        if (token.isEmpty()) {
            // The server of this machine may be named by its address too; then its file has the token.
            var file = dataDirectory(around, Optional.empty()).resolve(FILE);
            if (Files.isReadable(file)) {
                var here = read(file);
                if (here.url().equals(url) || here.plain().filter(url::equals).isPresent()) {
                    return here;
                }
            }
        }
        boolean http = "http".equals(url.getScheme());
        if (http && token.isPresent() && !Api.isLoopback(url)) {
            throw CliError.of(ExitCode.USAGE, "TIP-7010", "the token is not sent to another machine without TLS")
                    .hint("use https://" + url.getAuthority() + ", with TIPHYS_CA");
        }
        return new ServerPlace(
                url,
                Optional.of(url).filter(_ -> http),
                token.orElse(""),
                authority,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static URI url(String address) {
        try {
            var url = new URI(address.contains("://") ? address : "https://" + address);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null && (url.getPath().isEmpty() || url.getPath().equals("/"))) {
                return new URI(url.getScheme(), url.getAuthority(), null, null, null);
            }
        } catch (URISyntaxException e) {
            throw badAddress(address).why(String.valueOf(e.getMessage()));
        }
        throw badAddress(address);
    }

    private static CliError badAddress(String address) {
        return CliError.of(ExitCode.USAGE, "TIP-7008", "\"" + address + "\" is not the address of a server")
                .hint("give it as https://HOST:PORT");
    }

    private static ServerPlace running(Path directory) {
        var file = directory.resolve(FILE);
        var place = read(file);
        var process = place.process();
        if (process.isPresent() && !isAlive(process.getAsLong())) {
            throw CliError.of(ExitCode.UNREACHABLE, "TIP-7003", "no server is running on " + directory)
                    .why("process " + process.getAsLong() + ", which wrote " + FILE + " there, has ended")
                    .fix(start(directory));
        }
        return place;
    }

    private static ServerPlace read(Path file) {
        try {
            var fields = Fields.of(Json.parse(Files.readAllBytes(file)));
            if (fields.text("url").isEmpty()) {
                throw unreadable(file).why("it has no \"url\"");
            }
            return new ServerPlace(
                    url(fields.text("url")),
                    Optional.of(fields.text("plain")).filter(text -> !text.isEmpty()).map(ServerPlace::url),
                    fields.text("token"),
                    path(fields.text("ca")),
                    fields.has("pid") ? OptionalLong.of(fields.number("pid")) : OptionalLong.empty(),
                    Optional.ofNullable(file.getParent()),
                    path(fields.text("kubeconfig")));
        } catch (NoSuchFileException e) {
            var directory = String.valueOf(file.getParent());
            throw CliError.of(ExitCode.UNREACHABLE, "TIP-7001", "no server is running on " + directory)
                    .fix(start(Path.of(directory)))
                    .hint("for a server elsewhere, give --data DIR, or --server URL with TIPHYS_TOKEN");
        } catch (IOException e) {
            throw unreadable(file).why(String.valueOf(e));
        } catch (InvalidInput e) {
            throw unreadable(file).why(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Path> path(String text) {
        return Optional.of(text).filter(name -> !name.isEmpty()).map(Path::of);
    }

    private static CliError unreadable(Path file) {
        return CliError.of(ExitCode.UNREACHABLE, "TIP-7004", "the server's file cannot be read").where(file.toString());
    }

    private static String start(Path directory) {
        var usual = directory.endsWith(Path.of(".local", "share", "tiphys"));
        return "tiphys up" + (usual ? "" : " --data " + directory);
    }

    /// Whether the process lives. The look into /proc spares the loading of the JDK's process classes.
    static boolean isAlive(long process) {
        return Files.exists(Path.of("/proc/self"))
                ? Files.exists(Path.of("/proc/" + process))
                : ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
    }

    @Override
    public String toString() {
        return "ServerPlace[" + url + "]"; // the token is nobody's to print
    }
}
