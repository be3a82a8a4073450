package tiphys.connectors.amqp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.manifest.Value;

/// One connection to a server and one channel on it. One thread reads; any may write and close.
final class AmqpConnection implements AutoCloseable {
    static final int CONNECTION_CLOSE = 10 << 16 | 50;
    static final int CHANNEL_CLOSE = 20 << 16 | 40;
    static final int DELIVER = 60 << 16 | 60;
    static final int CANCEL = 60 << 16 | 30;

    private static final int START = 10 << 16 | 10;
    private static final int START_OK = 10 << 16 | 11;
    private static final int TUNE = 10 << 16 | 30;
    private static final int TUNE_OK = 10 << 16 | 31;
    private static final int OPEN = 10 << 16 | 40;
    private static final int OPEN_OK = 10 << 16 | 41;
    private static final int CHANNEL_OPEN = 20 << 16 | 10;
    private static final int CHANNEL_OPEN_OK = 20 << 16 | 11;
    private static final int CHANNEL = 1;
    private static final int FRAME_MIN = 4_096;

    /// What this program is and can, as a server asks.
    private static final Value.Mapping ABOUT =
            Value.object(
                    "product",
                    "Tiphys",
                    "capabilities",
                    Value.object(
                            "consumer_cancel_notify", true, "authentication_failure_close", true, "basic.nack", true));

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private Duration heartbeat = Duration.ZERO;

    AmqpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /// Says who is there, and opens the channel.
    ///
    /// @param beat how often either side is to be heard at least
    void open(AmqpUrl.Login login, String virtualHost, Duration beat) throws IOException {
        write("AMQP\0\0\u0009\1".getBytes(StandardCharsets.ISO_8859_1));
        begin();
        var response = ("\0" + login.user() + "\0" + login.password()).getBytes(StandardCharsets.UTF_8);
        send(0, new MethodWriter(START_OK).table(ABOUT).text("PLAIN").longText(response).text("en_US"));
        var tune = answer(0, TUNE);
        int channels = tune.number(2);
        int size = tune.number(4);
        int wanted = tune.number(2);
        heartbeat = wanted == 0 ? beat : Duration.ofSeconds(Math.min(wanted, beat.toSeconds()));
        send(
                0,
                new MethodWriter(TUNE_OK)
                        .number(channels, 2)
                        .number(size == 0 ? Frame.LARGEST : Math.max(FRAME_MIN, Math.min(size, Frame.LARGEST)), 4)
                        .number((int) heartbeat.toSeconds(), 2));
        call(0, new MethodWriter(OPEN).text(virtualHost).text("").bits(false), OPEN_OK);
        call(CHANNEL, new MethodWriter(CHANNEL_OPEN).text(""), CHANNEL_OPEN_OK);
        socket.setSoTimeout((int) heartbeat.multipliedBy(3).toMillis());
    }

    /// A server of another version says its own, without a frame.
    private void begin() throws IOException {
        in.mark(1);
        int first = in.read();
        in.reset();
        if (first != Frame.METHOD) {
            throw new IOException(
                    first < 0 ? "the server closed the connection" : "the server does not speak AMQP 0-9-1");
        }
        answer(0, START);
    }

    /// How often this side is to be heard at least.
    Duration heartbeat() {
        return heartbeat;
    }

    /// Calls a method of the channel.
    ///
    /// @return the answer, whose arguments are read next
    Frame call(MethodWriter method, int answer) throws IOException {
        return call(CHANNEL, method, answer);
    }

    private Frame call(int channel, MethodWriter method, int answer) throws IOException {
        send(channel, method);
        return answer(channel, answer);
    }

    private Frame answer(int channel, int wanted) throws IOException {
        var frame = read();
        if (frame.type() != Frame.METHOD || frame.channel() != channel || frame.method() != wanted) {
            throw new IOException("the server does not speak AMQP 0-9-1: it answered with something else");
        }
        return frame;
    }

    /// Calls a method of the channel that has no answer.
    void tell(MethodWriter method) throws IOException {
        send(CHANNEL, method);
    }

    private void send(int channel, MethodWriter method) throws IOException {
        write(frame(Frame.METHOD, channel, method.bytes()));
    }

    void beat() throws IOException {
        write(frame(Frame.HEARTBEAT, 0, new byte[0]));
    }

    static byte[] frame(int type, int channel, byte[] content) {
        var frame = new ByteArrayOutputStream();
        frame.write(type);
        frame.writeBytes(ByteBuffer.allocate(6).putShort((short) channel).putInt(content.length).array());
        frame.writeBytes(content);
        frame.write(Frame.END);
        return frame.toByteArray();
    }

    void write(byte[] bytes) throws IOException {
        writing.lock();
        try {
            out.write(bytes);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /// The next frame that is no heartbeat.
    ///
    /// @throws IOException also if the server closes the channel or the connection, with its reason
    Frame read() throws IOException {
        while (true) {
            var frame = Frame.read(in);
            if (frame.type() == Frame.METHOD) {
                frame.content().mark();
                int method = frame.method();
                if (method == CONNECTION_CLOSE || method == CHANNEL_CLOSE) {
                    int code = frame.number(2);
                    throw new IOException("the server says " + code + " " + frame.text());
                }
                frame.content().reset();
                return frame;
            }
            if (frame.type() != Frame.HEARTBEAT) {
                return frame;
            }
        }
    }

    /// Reads a message's header and body.
    AmqpMessage message(Frame deliver) throws IOException {
        deliver.method();
        deliver.text();
        long tag = deliver.longNumber();
        deliver.number(1);
        var exchange = deliver.text();
        var routingKey = deliver.text();
        var header = read();
        if (header.type() != Frame.HEADER) {
            throw new EOFException();
        }
        header.number(4);
        long size = header.longNumber();
        if (size < 0 || size > AmqpMessage.LARGEST) {
            throw new IOException("a message of " + Long.toUnsignedString(size) + " bytes is too large");
        }
        var properties = AmqpMessage.Properties.read(header);
        var body = new ByteArrayOutputStream();
        while (body.size() < size) {
            var part = read();
            if (part.type() != Frame.BODY) {
                throw new EOFException();
            }
            body.writeBytes(part.rest());
        }
        return new AmqpMessage(tag, exchange, routingKey, properties, body.toByteArray());
    }

    /// Takes its leave, if there is somebody to hear it.
    @Override
    public void close() {
        try (socket) {
            if (writing.tryLock()) { // else somebody waits for a server that does not read
                try {
                    send(0, new MethodWriter(CONNECTION_CLOSE).number(200, 2).text("").number(0, 4));
                } finally {
                    writing.unlock();
                }
            }
        } catch (IOException _) {
            // it is gone already
        }
    }
}
