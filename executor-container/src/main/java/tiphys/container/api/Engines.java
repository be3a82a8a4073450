package tiphys.container.api;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the container engine of this machine: the first whose socket answers.
public final class Engines {
    private static final String SCHEME = "unix://";

    private Engines() {}

    /// Where an engine may be, in the order in which they are asked. One that a variable names is the only one.
    ///
    /// @param variables of this process
    public static List<Path> places(Map<String, String> variables) {
        for (var name : List.of("DOCKER_HOST", "CONTAINER_HOST")) {
            var named = variables.getOrDefault(name, "");
            if (named.startsWith(SCHEME)) {
                return List.of(Path.of(named.substring(SCHEME.length())));
            }
        }
        var places = new LinkedHashSet<Path>();
        var runtime = variables.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            places.add(Path.of(runtime, "podman", "podman.sock"));
        }
        places.add(Path.of("/run/podman/podman.sock"));
        if (!runtime.isEmpty()) {
            places.add(Path.of(runtime, "docker.sock"));
        }
        places.add(Path.of("/var/run/docker.sock"));
        var home = variables.getOrDefault("HOME", "");
        if (!home.isEmpty()) {
            places.add(Path.of(home, ".docker", "run", "docker.sock"));
            places.add(Path.of(home, ".colima", "default", "docker.sock"));
        }
        return List.copyOf(places);
    }

    /// Whether one was found, and else where it was looked for.
    ///
    /// @param problems what was wrong with each place where there was something
    public record Search(Optional<Engine> engine, List<String> problems) {}

    /// Asks one after another.
    public static Search find(Map<String, String> variables) {
        var problems = new ArrayList<String>();
        for (var place : places(variables)) {
            if (!Files.exists(place)) {
                problems.add(place + " is not there");
                continue;
            }
            try {
                return new Search(Optional.of(Engine.at(place)), List.of());
            } catch (EngineFailed e) {
                problems.add(e.said());
            }
        }
        return new Search(Optional.empty(), problems);
    }
}
