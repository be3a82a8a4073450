package tiphys.connectors.nsq;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.Sockets;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A connection to one nsqd, whose second protocol is: commands as lines, some with a body behind its length; answers, errors and messages
/// as frames. One thread reads; any may finish messages.
final class NsqConnection implements AutoCloseable {
    /// So many messages are sent before one is finished.
    static final int READY = 25;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /// What is silent for so long has missed two heartbeats.
    private static final Duration SILENT = Duration.ofSeconds(40);

    private static final int RESPONSE = 0;
    private static final int ERROR = 1;
    private static final int MESSAGE = 2;
    private static final int ID = 16;
    private static final int BEFORE_BODY = Long.BYTES + Short.BYTES + ID;

    private final HostPort server;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private Socket socket;
    private DataInputStream in;
    private DataOutputStream out;

    private NsqConnection(HostPort server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    private record Frame(int type, byte[] data) {
        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /// A message as it came.
    ///
    /// @param at nanoseconds since 1970
    record Message(long at, String id, byte[] body) {}

    /// Takes messages.
    @FunctionalInterface
    interface Taking {
        /// @param finish tells nsqd that it need not keep it
        void take(Message message, Desk.Acknowledgement finish) throws InterruptedException;
    }

    /// Connects, says who is there, and asks for the channel.
    static NsqConnection open(HostPort server, NsqKind.Settings settings, Map<SecretKey, String> secrets)
            throws IOException {
        var connection = new NsqConnection(server, Sockets.open(server, Optional.empty(), secrets));
        try {
            connection.identify(settings, secrets);
            connection.send("SUB " + settings.topic() + " " + settings.channel() + "\n");
            connection.expect("OK");
            connection.socket.setSoTimeout((int) SILENT.toMillis());
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void identify(NsqKind.Settings settings, Map<SecretKey, String> secrets) throws IOException {
        var about =
                Json.bytes(
                        Value.object(
                                "client_id",
                                "tiphys",
                                "hostname",
                                "tiphys",
                                "user_agent",
                                "tiphys",
                                "feature_negotiation",
                                true,
                                "heartbeat_interval",
                                HEARTBEAT.toMillis(),
                                "tls_v1",
                                settings.tls().isPresent()));
        synchronized (this) {
            out.writeBytes("  V2IDENTIFY\n");
            out.writeInt(about.length);
            out.write(about);
            out.flush();
        }
        var answer = answer();
        Value.Mapping features;
        try {
            features = Json.parse(answer) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new IOException("nsqd at " + server + " is too old to say what it can do: " + answer, e);
        }
        boolean secure = features.find("tls_v1").filter(Value.bool(true)::equals).isPresent();
        if (settings.tls().isPresent() && !secure) {
            throw new IOException("nsqd at " + server + " does not do TLS, which the manifest asks for");
        }
        if (settings.tls().isPresent()) {
            try {
                upgrade(settings.tls().get().context(secrets));
            } catch (GeneralSecurityException e) {
                throw new IOException("the certificates or the key of tls cannot be used: " + e.getMessage(), e);
            }
        }
    }

    private void upgrade(SSLContext context) throws IOException {
        var over = (SSLSocket) context.getSocketFactory().createSocket(socket, server.host(), server.port(), true);
        over.startHandshake();
        socket = over;
        in = new DataInputStream(new BufferedInputStream(over.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(over.getOutputStream()));
        expect("OK");
    }

    private synchronized void send(String line) throws IOException {
        out.writeBytes(line);
        out.flush();
    }

    private Frame read() throws IOException {
        int length = in.readInt();
        if (length < Integer.BYTES || length > Desk.LARGEST + (1 << 16)) {
            throw new IOException("nsqd at " + server + " sends a frame of " + length + " bytes");
        }
        int type = in.readInt();
        var data = new byte[length - Integer.BYTES];
        in.readFully(data);
        return new Frame(type, data);
    }

    private String answer() throws IOException {
        while (true) {
            var frame = read();
            if (frame.type() == ERROR) {
                throw new IOException("nsqd at " + server + " says " + frame.text());
            } else if (frame.type() == RESPONSE && !isHeartbeat(frame)) {
                return frame.text();
            }
        }
    }

    private void expect(String wanted) throws IOException {
        var answer = answer();
        if (!answer.equals(wanted)) {
            throw new IOException("nsqd at " + server + " says " + answer);
        }
    }

    /// Answers a heartbeat; what is not recorded yet is kept from coming again meanwhile.
    private boolean isHeartbeat(Frame frame) throws IOException {
        if (!frame.text().equals("_heartbeat_")) {
            return false;
        }
        var lines = new StringBuilder("NOP\n");
        held.forEach(id -> lines.append("TOUCH ").append(id).append('\n'));
        send(lines.toString());
        return true;
    }

    /// Takes messages until the connection breaks.
    void run(Taking taking) throws IOException, InterruptedException {
        send("RDY " + READY + "\n");
        while (true) {
            var frame = read();
            switch (frame.type()) {
                case RESPONSE -> isHeartbeat(frame);
                case MESSAGE -> take(frame.data(), taking);
                case ERROR -> complain(frame.text());
                default -> throw new IOException("nsqd at " + server + " sends a frame of type " + frame.type());
            }
        }
    }

    private void take(byte[] data, Taking taking) throws IOException, InterruptedException {
        if (data.length < BEFORE_BODY) {
            throw new IOException("nsqd at " + server + " sends a message of " + data.length + " bytes");
        }
        long at = ByteBuffer.wrap(data).getLong();
        var id = new String(data, Long.BYTES + Short.BYTES, ID, StandardCharsets.US_ASCII);
        var body = Arrays.copyOfRange(data, BEFORE_BODY, data.length);
        held.add(id);
        taking.take(new Message(at, id, body), () -> finish(id));
    }

    private void finish(String id) throws IOException {
        held.remove(id);
        send("FIN " + id + "\n");
    }

    /// A message that is finished after its time is over has come again, or will; everything else is the end.
    private void complain(String error) throws IOException {
        if (!error.startsWith("E_FIN_FAILED") && !error.startsWith("E_TOUCH_FAILED")) {
            throw new IOException("nsqd at " + server + " says " + error);
        }
    }

    HostPort server() {
        return server;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone
        }
    }
}
