package tiphys.connectors.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.connectors.line.Sockets;
import tiphys.events.source.SourceSettings.SecretKey;

/// One connection to a Redis server, in the second version of its protocol, which every server speaks. For one thread; any may close it.
final class RedisConnection implements AutoCloseable {
    private static final int LARGEST = 64 << 20;
    private static final int MOST_ITEMS = 1 << 20;
    private static final int DEEPEST = 8;
    private static final int LONGEST_LINE = 64 << 10;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// What the server refused, in its words.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final String words;

        Refused(String words) {
            super(words);
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private RedisConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /// Connects, says who it is, and chooses the database.
    static RedisConnection open(RedisServer server, Map<SecretKey, String> secrets) throws IOException {
        var connection = new RedisConnection(Sockets.open(server.address(), server.tls(), secrets));
        try {
            var password = server.password().map(key -> secrets.getOrDefault(key, "")).orElse("");
            if (!password.isEmpty()) {
                connection.call(
                        server.username().isEmpty()
                                ? List.of("AUTH", password)
                                : List.of("AUTH", server.username(), password));
            }
            if (server.database() != 0) {
                connection.call(List.of("SELECT", Integer.toString(server.database())));
            }
            connection.call(List.of("PING"));
            return connection;
        } catch (Refused e) {
            connection.close();
            throw new IOException(server.address() + " refuses the connection: " + e.getMessage(), e);
        } catch (IOException e) {
            connection.close();
            throw new IOException(server.address() + " does not speak as a Redis server", e);
        }
    }

    /// How long an answer is waited for.
    void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
    }

    /// Sends a command and reads its answer.
    ///
    /// @throws Refused if that is an error
    Reply call(List<String> command) throws IOException {
        send(command);
        return read();
    }

    void send(List<String> command) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("*" + command.size() + "\r\n"));
        for (var word : command) {
            var utf8 = word.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ascii("$" + utf8.length + "\r\n"));
            bytes.writeBytes(utf8);
            bytes.writeBytes(ascii("\r\n"));
        }
        out.write(bytes.toByteArray());
        out.flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads what the server says next.
    Reply read() throws IOException {
        return read(0);
    }

    private Reply read(int depth) throws IOException {
        var line = line();
        if (line.isEmpty()) {
            throw new IOException("an answer is empty");
        }
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Reply.Bytes(rest.getBytes(StandardCharsets.UTF_8));
            case '-' -> throw new Refused(rest);
            case ':' -> new Reply.Number(number(rest));
            case '$' -> bulk(number(rest));
            case '*' -> many(number(rest), depth);
            default -> throw new IOException("an answer begins with '" + line.charAt(0) + "'");
        };
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("\"" + text + "\" is no number", e);
        }
    }

    private Reply bulk(long length) throws IOException {
        if (length < 0) {
            return new Reply.Nothing();
        }
        if (length > LARGEST) {
            throw new IOException("a message of " + length + " bytes is too large");
        }
        var bytes = in.readNBytes((int) length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException();
        }
        return new Reply.Bytes(bytes);
    }

    private Reply many(long count, int depth) throws IOException {
        if (count < 0) {
            return new Reply.Nothing();
        }
        if (count > MOST_ITEMS || depth > DEEPEST) {
            throw new IOException("an answer has too many parts");
        }
        var items = new ArrayList<Reply>();
        for (long i = 0; i < count; i++) {
            items.add(read(depth + 1));
        }
        return new Reply.Many(List.copyOf(items));
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line is too long");
            }
            line.write(next);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed then
        }
    }
}
