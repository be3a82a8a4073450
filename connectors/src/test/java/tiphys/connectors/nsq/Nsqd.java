package tiphys.connectors.nsq;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.http.TakingServer;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What an nsqd does with one channel, and what nsqlookupd says of it: sends as many messages as a client is ready for, keeps them until they
/// are finished, and sends those of a client that went again. It can go and come back at the same port.
final class Nsqd implements AutoCloseable {
    private final TakingServer lookupd = new TakingServer();
    private final TreeMap<Integer, byte[]> waiting = new TreeMap<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final @Nullable SSLContext tls;
    private ServerSocket server;
    private final int port;
    private boolean hasTopic = true;
    private int made;

    /// @param tls what it does TLS with, which every client must; null for without
    Nsqd(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        server = open(0);
        port = server.getLocalPort();
        lookupd.answer(this::lookup);
    }

    private ServerSocket open(int at) throws IOException {
        var opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    var client = new Client(opened.accept());
                    Thread.startVirtualThread(client::serve);
                }
            } catch (IOException _) {
                // it was closed
            }
        });
        return opened;
    }

    private synchronized Reply lookup(TakingServer.Taken taken) {
        if (!hasTopic || !taken.path().equals("/lookup?topic=models")) {
            return Reply.of(404, "{\"message\":\"TOPIC_NOT_FOUND\"}");
        }
        var producer = Value.object("broadcast_address", "127.0.0.1", "tcp_port", port, "http_port", 1);
        return Reply.of(200, Json.text(Value.object("channels", List.of(), "producers", List.of(producer))));
    }

    String lookupd() {
        return lookupd.url().substring("http://".length());
    }

    int port() {
        return port;
    }

    synchronized void hasTopic(boolean has) {
        hasTopic = has;
    }

    synchronized void publish(byte[] body) {
        waiting.put(++made, body);
        clients.forEach(Client::deliver);
    }

    /// Sends a heartbeat to everybody.
    synchronized void beat() {
        clients.forEach(client -> client.frame(0, "_heartbeat_".getBytes(StandardCharsets.US_ASCII)));
    }

    /// How many messages wait, or are with a client that has not finished them.
    synchronized int kept() {
        return waiting.size() + clients.stream().mapToInt(client -> client.flying.size()).sum();
    }

    /// The commands so far.
    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    void stop() throws IOException {
        server.close();
        List<Client> all;
        synchronized (this) {
            all = List.copyOf(clients);
        }
        for (var client : all) {
            client.socket.close();
        }
    }

    void start() throws IOException {
        server = open(port);
    }

    @Override
    public void close() throws IOException {
        stop();
        lookupd.close();
    }

    private final class Client {
        private Socket socket;
        private final Map<String, Integer> flying = new TreeMap<>();
        private final Map<Integer, byte[]> bodies = new TreeMap<>();
        private DataInputStream in;
        private DataOutputStream out;
        private int ready;

        Client(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new DataOutputStream(socket.getOutputStream());
        }

        void serve() {
            try {
                if (in.readInt() != 0x20205632) {
                    return;
                }
                while (true) {
                    hear(line());
                }
            } catch (IOException _) {
                // it went
            } finally {
                gone();
            }
        }

        private String line() throws IOException {
            var line = new ByteArrayOutputStream();
            for (int c = in.readByte(); c != '\n'; c = in.readByte()) {
                line.write(c);
            }
            return line.toString(StandardCharsets.US_ASCII);
        }

        private void hear(String line) throws IOException {
            var words = line.split(" ");
            synchronized (Nsqd.this) {
                heard.add(line);
            }
            switch (words[0]) {
                case "IDENTIFY" -> identify();
                case "SUB" -> subscribe();
                case "RDY" -> {
                    synchronized (Nsqd.this) {
                        ready = Integer.parseInt(words[1]);
                        deliver();
                    }
                }
                case "FIN" -> {
                    synchronized (Nsqd.this) {
                        if (flying.remove(words[1]) == null) {
                            frame(1, ("E_FIN_FAILED FIN " + words[1] + " failed").getBytes(StandardCharsets.US_ASCII));
                        }
                        deliver();
                    }
                }
                case "NOP", "TOUCH" -> {}
                default -> frame(1, "E_INVALID".getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void identify() throws IOException {
            var about = Json.parse(in.readNBytes(in.readInt()));
            boolean wants = about.find("tls_v1").filter(Value.bool(true)::equals).isPresent();
            if (tls != null && !wants) {
                frame(1, "E_INVALID TLS is required".getBytes(StandardCharsets.US_ASCII));
                throw new IOException("no TLS");
            }
            frame(0, Json.bytes(Value.object("max_rdy_count", 2500, "tls_v1", tls != null)));
            if (tls != null) {
                var over = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
                over.setUseClientMode(false);
                socket = over;
                in = new DataInputStream(over.getInputStream());
                out = new DataOutputStream(over.getOutputStream());
                frame(0, "OK".getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void subscribe() {
            synchronized (Nsqd.this) {
                frame(0, "OK".getBytes(StandardCharsets.US_ASCII));
                clients.add(this);
            }
        }

        private void deliver() {
            while (flying.size() < ready && !waiting.isEmpty()) {
                var next = waiting.pollFirstEntry();
                var id = "%016x".formatted(next.getKey());
                flying.put(id, next.getKey());
                bodies.put(next.getKey(), next.getValue());
                var message = new ByteArrayOutputStream();
                try (var data = new DataOutputStream(message)) {
                    data.writeLong(1_795_420_800_000_000_000L + next.getKey());
                    data.writeShort(1);
                    data.writeBytes(id);
                    data.write(next.getValue());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                frame(2, message.toByteArray());
            }
        }

        private synchronized void frame(int type, byte[] data) {
            try {
                out.writeInt(data.length + 4);
                out.writeInt(type);
                out.write(data);
                out.flush();
            } catch (IOException _) {
                // who reads finds out
            }
        }

        private void gone() {
            synchronized (Nsqd.this) {
                clients.remove(this);
                flying.values().forEach(number -> waiting.put(number, bodies.get(number)));
                clients.forEach(Client::deliver);
            }
        }
    }
}
