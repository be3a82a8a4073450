package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.container.api.ImageName;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Who one is to a registry: from the Secrets that a pod names, else from the files in which `docker login` and `podman login` keep it.
final class Logins {
    /// As old files call Docker's own registry.
    private static final List<String> HUB = List.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private Logins() {}

    /// What the engine is to be told for an image; empty for nothing.
    ///
    /// @param configs in the form of `.dockerconfigjson`, the first that has the registry counts
    static Optional<Value> find(ImageName image, List<byte[]> configs) {
        return configs.stream().flatMap(config -> in(config, image.host()).stream()).findFirst();
    }

    /// The files of this user.
    static List<byte[]> ofThisUser(Map<String, String> variables) {
        var places = new ArrayList<Path>();
        Optional.ofNullable(variables.get("DOCKER_CONFIG"))
                .ifPresent(place -> places.add(Path.of(place, "config.json")));
        Optional.ofNullable(variables.get("HOME"))
                .ifPresent(home -> places.add(Path.of(home, ".docker", "config.json")));
        Optional.ofNullable(variables.get("XDG_RUNTIME_DIR"))
                .ifPresent(run -> places.add(Path.of(run, "containers", "auth.json")));
        var configs = new ArrayList<byte[]>();
        for (var place : places) {
            try {
                configs.add(Files.readAllBytes(place));
            } catch (IOException _) {
                // most users have none
            }
        }
        return configs;
    }

    private static Optional<Value> in(byte[] config, String host) {
        try {
            for (var entry : Json.parse(config).mapAt("auths").fields().entrySet()) {
                if (isHost(entry.getKey(), host)) {
                    return login(entry.getValue(), host);
                }
            }
        } catch (InvalidInput | IllegalArgumentException _) {
            // what cannot be read logs nobody in
        }
        return Optional.empty();
    }

    private static boolean isHost(String named, String host) {
        var bare = named.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return bare.equals(host) || (HUB.contains(bare) && HUB.contains(host));
    }

    private static Optional<Value> login(Value entry, String host) {
        var token = entry.textAt("identitytoken").filter(text -> !text.isEmpty());
        if (token.isPresent()) {
            return Optional.of(Value.object("identitytoken", token.get(), "serveraddress", host));
        }
        var user = entry.textAt("username").orElse("");
        var password = entry.textAt("password").orElse("");
        var both = entry.textAt("auth").filter(text -> !text.isEmpty());
        if (both.isPresent()) {
            var words = new String(Base64.getDecoder().decode(both.get()), UTF_8).split(":", 2);
            user = words[0];
            password = words.length > 1 ? words[1] : "";
        }
        return user.isEmpty()
                ? Optional.empty() // a helper program has it, which the engine's own tools ask
                : Optional.of(Value.object("username", user, "password", password, "serveraddress", host));
    }
}
