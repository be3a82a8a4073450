package tiphys.connectors.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where credentials come from when a manifest names none: the variables of the environment, then the file of profiles.
///
/// @param environment the variables
/// @param home the user's directory
record Chain(Map<String, String> environment, Path home) {
    /// That of this process.
    static Chain ofThisProcess() {
        return new Chain(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /// @throws IOException if there are none
    Credentials find() throws IOException {
        var access = text("AWS_ACCESS_KEY_ID");
        if (!access.isEmpty()) {
            return new Credentials(access, text("AWS_SECRET_ACCESS_KEY"), text("AWS_SESSION_TOKEN"));
        }
        var profile = text("AWS_PROFILE").isEmpty() ? "default" : text("AWS_PROFILE");
        var named = text("AWS_SHARED_CREDENTIALS_FILE");
        var file = named.isEmpty() ? home.resolve(".aws/credentials") : Path.of(named);
        var section = Files.isRegularFile(file) ? section(file, profile) : Map.<String, String>of();
        var key = section.getOrDefault("aws_access_key_id", "");
        if (!key.isEmpty()) {
            return new Credentials(
                    key,
                    section.getOrDefault("aws_secret_access_key", ""),
                    section.getOrDefault("aws_session_token", ""));
        }
        throw new IOException(
                "there are no AWS credentials: name them by accessKey and secretKey, set AWS_ACCESS_KEY_ID and"
                        + " AWS_SECRET_ACCESS_KEY for the server, or write the profile "
                        + profile
                        + " into "
                        + file);
    }

    private String text(String variable) {
        return Optional.ofNullable(environment.get(variable)).orElse("");
    }

    private static Map<String, String> section(Path file, String profile) throws IOException {
        var found = new HashMap<String, String>();
        boolean inside = false;
        for (var line : Files.readAllLines(file)) {
            var text = line.strip();
            int equals = text.indexOf('=');
            if (text.startsWith("[")) {
                inside = text.equals("[" + profile + "]");
            } else if (inside && equals > 0 && !text.startsWith("#")) {
                found.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
            }
        }
        return found;
    }
}
