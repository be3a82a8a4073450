package tiphys.artifacts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The servers that `./check` put into the user's cache, if it could.
final class Installed {
    private Installed() {}

    static Optional<Path> find(String name) {
        var cache =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        return Optional.of(cache.resolve("tiphys").resolve(name)).filter(Files::isDirectory);
    }
}
