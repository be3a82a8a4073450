package tiphys.connectors.mqtt;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.connectors.line.Sockets;
import tiphys.connectors.mqtt.Packets.Packet;
import tiphys.events.source.SourceSettings.SecretKey;

/// One connection to an MQTT server. One thread reads; any may write and close.
final class MqttConnection implements AutoCloseable {
    /// What a server may be told to wait between two packets of ours; we send one in a third of it.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

    /// How many messages of version 5 may be unacknowledged.
    private static final int WINDOW = 100;

    private static final int MOST_EARLY = 1_000;
    private static final int SUBSCRIPTION = 1;
    private static final HexFormat HEX = HexFormat.of();

    private final MqttSession session;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Deque<Packet> early = new ArrayDeque<>();
    private final ReentrantLock writing = new ReentrantLock();

    /// A message.
    ///
    /// @param id 0 of those that are not acknowledged
    record Published(String topic, int id, byte[] payload) {}

    private MqttConnection(MqttSession session, Socket socket) throws IOException {
        this.session = session;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static MqttConnection open(MqttSession session, Map<SecretKey, String> secrets) throws IOException {
        return new MqttConnection(session, Sockets.open(session.server(), session.tls(), secrets));
    }

    /// Says who is there.
    ///
    /// @param anew whether what the server kept is dropped
    /// @return whether the server knows the session
    boolean connect(Map<SecretKey, String> secrets, boolean anew) throws IOException {
        var username = session.username().map(key -> secrets.getOrDefault(key, ""));
        var password = session.password().map(key -> secrets.getOrDefault(key, ""));
        var content = new ByteArrayOutputStream();
        Packets.writeText(content, "MQTT");
        content.write(session.version().level);
        content.write((username.isPresent() ? 0x80 : 0) | (password.isPresent() ? 0x40 : 0) | (anew ? 0x02 : 0));
        Packets.writeShort(content, (int) KEEP_ALIVE.toSeconds());
        if (session.isFive()) {
            var properties = new ByteArrayOutputStream();
            if (session.keeps() && !anew) {
                properties.writeBytes(HEX.parseHex("11ffffffff")); // the session does not expire
            }
            properties.write(0x21);
            Packets.writeShort(properties, WINDOW);
            Packets.writeLength(content, properties.size());
            content.writeBytes(properties.toByteArray());
        }
        Packets.writeText(content, session.clientId());
        username.ifPresent(text -> Packets.writeText(content, text));
        password.ifPresent(text -> Packets.writeText(content, text));
        send(Packets.of(Packets.CONNECT, 0, content.toByteArray()));
        var answer = expect(Packets.CONNACK);
        boolean known = (answer.content().get() & 1) == 1;
        int code = Byte.toUnsignedInt(answer.content().get());
        if (code != 0) {
            throw new IOException(session.server() + " refuses the connection: " + reason(code));
        }
        return known;
    }

    /// @throws IOException if the server does not allow it
    void subscribe() throws IOException {
        var content = new ByteArrayOutputStream();
        Packets.writeShort(content, SUBSCRIPTION);
        if (session.isFive()) {
            content.write(0);
        }
        Packets.writeText(content, session.topicFilter());
        content.write(session.keeps() ? 1 : 0);
        send(Packets.of(Packets.SUBSCRIBE, 2, content.toByteArray()));
        var answer = expect(Packets.SUBACK).content();
        answer.getShort();
        if (session.isFive()) {
            Packets.skipProperties(answer);
        }
        int code = Byte.toUnsignedInt(answer.get());
        if (code >= 0x80) {
            throw new IOException(
                    session.server()
                            + " does not let "
                            + session.clientId()
                            + " subscribe to "
                            + session.topicFilter()
                            + ": "
                            + reason(code));
        }
    }

    /// Reads packets up to one of this type. A server that knows the session sends what it kept before anything else.
    private Packet expect(int type) throws IOException {
        while (true) {
            var packet = Packets.read(in);
            if (packet.type() == type) {
                return packet;
            }
            if (packet.type() != Packets.PUBLISH || early.size() >= MOST_EARLY) {
                throw new IOException(
                        session.server() + " does not speak as an MQTT server: it sent a " + packet.type());
            }
            early.add(packet);
        }
    }

    /// Reads the next packet.
    Packet read() throws IOException {
        var packet = early.isEmpty() ? Packets.read(in) : early.removeFirst();
        if (packet.type() == Packets.DISCONNECT) {
            int code = packet.content().hasRemaining() ? Byte.toUnsignedInt(packet.content().get()) : 0;
            throw new IOException(session.server() + " ended the connection: " + reason(code));
        }
        return packet;
    }

    /// What a packet publishes.
    Published published(Packet packet) throws IOException {
        try {
            var content = packet.content();
            var topic = Packets.readText(content);
            int quality = packet.flags() >> 1 & 3;
            if (quality > 1) {
                throw new IOException("a message has another quality of service than what was subscribed to");
            }
            int id = quality == 0 ? 0 : Short.toUnsignedInt(content.getShort());
            if (session.isFive()) {
                Packets.skipProperties(content);
            }
            var payload = new byte[content.remaining()];
            content.get(payload);
            return new Published(topic, id, payload);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("a message is cut off", e);
        }
    }

    void acknowledge(int id) throws IOException {
        var content = new ByteArrayOutputStream();
        Packets.writeShort(content, id);
        send(Packets.of(Packets.PUBACK, 0, content.toByteArray()));
    }

    void ping() throws IOException {
        send(Packets.of(Packets.PINGREQ, 0, new byte[0]));
    }

    private void send(byte[] packet) throws IOException {
        writing.lock();
        try {
            out.write(packet);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /// How long the next packet is waited for.
    void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
    }

    private String reason(int code) {
        return switch (code) {
            case 0 -> "it goes";
            case 1, 0x84 -> "it does not speak version " + (session.isFive() ? "5" : "3.1.1");
            case 2, 0x85 -> "the client's id is not allowed";
            case 3, 0x88, 0x89 -> "it is not available";
            case 4, 0x86 -> "the user's name or password is wrong";
            case 5, 0x87 -> "not authorized";
            case 0x80 -> "it is not allowed";
            case 0x8e -> "somebody else came with the same client's id";
            case 0x8f -> "the topic is not one of MQTT";
            case 0x97 -> "a quota is exceeded";
            default -> "reason 0x" + Integer.toHexString(code);
        };
    }

    /// Takes its leave, if there is somebody to hear it.
    @Override
    public void close() {
        try (socket) {
            if (writing.tryLock()) { // else somebody waits for a server that does not read
                try {
                    send(Packets.of(Packets.DISCONNECT, 0, new byte[0]));
                } finally {
                    writing.unlock();
                }
            }
        } catch (IOException _) {
            // it is gone already
        }
    }
}
