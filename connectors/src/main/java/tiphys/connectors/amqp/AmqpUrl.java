package tiphys.connectors.amqp;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.connectors.line.HostPort;

/// Where a server is, by a URL such as `amqps://user:password@host:5671/vhost`.
///
/// @param secure whether TLS is done, which the URL's scheme alone says, as in Argo's client
record AmqpUrl(boolean secure, HostPort server, String virtualHost, Optional<Login> login) {
    private static final Pattern WRITTEN =
            Pattern.compile("(amqps?)://(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]*)(?:/([^?]*))?(?:\\?.*)?");
    private static final int PORT = 5672;
    private static final int SECURE_PORT = 5671;

    /// Who is there.
    record Login(String user, String password) {
        /// The user that servers have for this machine.
        static final Login GUEST = new Login("guest", "guest");

        /// Not the password.
        @Override
        public String toString() {
            return user;
        }
    }

    /// Reads one; empty if it is none.
    static Optional<AmqpUrl> parse(String text) {
        var written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return Optional.empty();
        }
        boolean secure = written.group(1).equals("amqps");
        var path = written.group(5) == null ? "" : decoded(written.group(5));
        var user = written.group(2);
        return HostPort.parse(written.group(4), secure ? SECURE_PORT : PORT)
                .map(server ->
                        new AmqpUrl(
                                secure,
                                server,
                                path.isEmpty() ? "/" : path,
                                user == null
                                        ? Optional.empty()
                                        : Optional.of(
                                                new Login(
                                                        decoded(user),
                                                        written.group(3) == null ? "" : decoded(written.group(3))))));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    /// Without the user's name and password.
    @Override
    public String toString() {
        return (secure ? "amqps://" : "amqp://") + server + (virtualHost.equals("/") ? "" : "/" + virtualHost);
    }
}
