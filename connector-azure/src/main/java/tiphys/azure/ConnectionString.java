package tiphys.azure;

import java.io.IOException;
import java.util.regex.Pattern;

/// What Azure's portal gives for a namespace: where it is, and a key for it.
///
/// @param text all of it, which is secret
/// @param host where the namespace is
record ConnectionString(String text, String host) {
    private static final Pattern ENDPOINT =
            Pattern.compile("(?:^|;)\\s*Endpoint=[a-z]+://([^/;\\s]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY =
            Pattern.compile(
                    "(?:^|;)\\s*SharedAccess(?:Signature=[^;]+|KeyName=[^;]+;\\s*SharedAccessKey=[^;]+|Key=[^;]+;.*SharedAccessKeyName=[^;]+)",
                    Pattern.CASE_INSENSITIVE);

    /// Reads one.
    ///
    /// @param field that names the Secret, for the message
    /// @throws IOException if it is none; the message has nothing of it
    static ConnectionString read(String field, String given) throws IOException {
        var text = given.strip();
        var endpoint = ENDPOINT.matcher(text);
        if (!endpoint.find() || !KEY.matcher(text).find()) {
            throw new IOException(
                    field
                            + ": its Secret holds no connection string such as Endpoint=sb://NAME.servicebus.windows.net/;"
                            + "SharedAccessKeyName=NAME;SharedAccessKey=KEY");
        }
        return new ConnectionString(text, endpoint.group(1));
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return host;
    }
}
