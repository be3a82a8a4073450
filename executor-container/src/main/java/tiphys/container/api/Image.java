package tiphys.container.api;

import java.util.List;
import java.util.Map;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An image as an engine has it.
///
/// @param id of the image itself, which never means another one
/// @param digest under which its registry has it; empty if it came from none
public record Image(
        String id, String digest, List<String> entrypoint, List<String> command, String user, String workingDir) {
    static Image of(String reference, Value json) {
        var config = json.mapAt("Config");
        var repository = ImageName.of(reference).repository();
        var digests = json.listAt("RepoDigests").stream().map(Json::text).toList();
        return new Image(
                json.textAt("Id").orElse(""),
                digests.stream()
                        .filter(digest -> digest.startsWith(repository + "@"))
                        .findFirst()
                        .or(() -> digests.stream().findFirst())
                        .map(digest -> digest.substring(digest.indexOf('@') + 1))
                        .orElse(""),
                texts(config, "Entrypoint"),
                texts(config, "Cmd"),
                config.textAt("User").orElse(""),
                config.textAt("WorkingDir").orElse(""));
    }

    private static List<String> texts(Value config, String field) {
        return config.listAt(field).stream().map(Json::text).toList();
    }

    /// The user by number, if it is one.
    public Map.Entry<Boolean, Long> userNumber() {
        var text = user.split(":", 2)[0];
        return text.matches("\\d{1,10}") ? Map.entry(true, Long.parseLong(text)) : Map.entry(false, 0L);
    }
}
