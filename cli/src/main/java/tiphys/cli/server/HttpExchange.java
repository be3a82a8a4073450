package tiphys.cli.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import tiphys.cli.terminal.Cells;

/// One HTTP/1.1 exchange on one connection. It is written out here because a command lives for a moment: the client of
/// `java.net.http` takes 0.4 s to load, this takes 0.02 s; and because its reads time out, which a follower needs.
final class HttpExchange {
    private static final int MAX_HEAD_BYTES = 64 << 10;

    /// What goes out.
    ///
    /// @param target path and query
    record Request(String method, String target, Map<String, String> headers, byte[] body) {
        /// This request with one more header.
        Request with(String name, String value) {
            var more = new HashMap<>(headers);
            more.put(name, value);
            return new Request(method, target, more, body);
        }
    }

    /// What came back; closing the body closes the connection.
    record Reply(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private final URI server;
    private final Trust trust;

    /// @param trust whom to believe over TLS
    HttpExchange(URI server, Trust trust) {
        this.server = server;
        this.trust = trust;
    }

    /// Whether this leads to an address.
    boolean isTo(URI address) {
        return server.equals(address);
    }

    /// Sends a request and reads the head of the answer.
    ///
    /// @param silence how long the server may say nothing, also later in the body
    Reply send(Request request, Duration connect, Duration silence) throws IOException {
        var socket = connect(connect, silence);
        try {
            var out = socket.getOutputStream();
            var message = new java.io.ByteArrayOutputStream();
            message.writeBytes(head(request).getBytes(StandardCharsets.UTF_8));
            message.writeBytes(request.body());
            out.write(message.toByteArray());
            out.flush();
            return read(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private Socket connect(Duration connect, Duration silence) throws IOException {
        boolean secure = "https".equals(server.getScheme());
        int port = server.getPort() > 0 ? server.getPort() : secure ? 443 : 80;
        var host = server.getHost().replaceAll("^\\[|\\]$", "");
        var plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(Math.toIntExact(silence.toMillis()));
            plain.connect(new InetSocketAddress(host, port), Math.toIntExact(connect.toMillis()));
            if (!secure) {
                return plain;
            }
            var secured = (SSLSocket) trust.context().getSocketFactory().createSocket(plain, host, port, true);
            var parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (GeneralSecurityException e) {
            plain.close();
            throw new IOException("TLS cannot be used: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private String head(Request request) {
        var head = new StringBuilder();
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(server.getRawAuthority()).append("\r\nConnection: close\r\n");
        request.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (request.body().length > 0 || !request.method().equals("GET")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static Reply read(Socket socket) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        var head = new Head(in);
        int status = head.status();
        var headers = head.headers();
        while (status >= 100 && status < 200) {
            status = head.status();
            headers = head.headers();
        }
        var length = headers.get("content-length");
        InputStream body;
        if ("chunked".equalsIgnoreCase(headers.getOrDefault("transfer-encoding", ""))) {
            body = new Body(socket, in, Body.Form.CHUNKED, 0);
        } else if (status == 204 || status == 304) {
            body = new Body(socket, in, Body.Form.COUNTED, 0);
        } else if (length != null) {
            body = new Body(socket, in, Body.Form.COUNTED, Long.parseLong(length.trim()));
        } else {
            body = new Body(socket, in, Body.Form.TO_THE_END, 0);
        }
        return new Reply(status, headers, body);
    }

    /// Reads status line and headers, bounded.
    private static final class Head {
        private final InputStream in;
        private int left = MAX_HEAD_BYTES;

        Head(InputStream in) {
            this.in = in;
        }

        int status() throws IOException {
            var line = line();
            if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
                throw new IOException("the answer is not HTTP: it begins with \"" + Cells.oneLine(line) + "\"");
            }
            return Integer.parseInt(line.substring(9, 12));
        }

        Map<String, String> headers() throws IOException {
            var headers = new HashMap<String, String>();
            for (var line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
                }
            }
            return headers;
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the connection was closed before the answer was complete");
                }
                if (--left < 0) {
                    throw new IOException("the answer's head is longer than " + MAX_HEAD_BYTES + " bytes");
                }
                line.append((char) c);
            }
            int end = line.length();
            return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
        }
    }

    /// The bytes of an answer, whichever way their end is marked. An end that comes too early is an error.
    private static final class Body extends InputStream {
        enum Form {
            COUNTED,
            CHUNKED,
            TO_THE_END
        }

        private final Socket socket;
        private final InputStream in;
        private final Form form;
        private long left;
        private boolean ended;
        private boolean begun;

        Body(Socket socket, InputStream in, Form form, long left) {
            this.socket = socket;
            this.in = in;
            this.form = form;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (form == Form.CHUNKED && left == 0 && !ended) {
                nextChunk();
            }
            if (ended || (form == Form.COUNTED && left == 0)) {
                return -1;
            }
            int wanted = form == Form.TO_THE_END ? length : (int) Math.min(length, left);
            int got = in.read(into, offset, wanted);
            if (got < 0) {
                ended = true;
                if (form != Form.TO_THE_END) {
                    throw new EOFException("the connection was closed in the middle of the answer");
                }
                return -1;
            }
            left -= form == Form.TO_THE_END ? 0 : got;
            return got;
        }

        private void nextChunk() throws IOException {
            var size = new Head(in);
            if (begun) {
                size.line();
            }
            begun = true;
            var text = size.line().replaceAll(";.*", "").trim();
            try {
                left = Long.parseLong(text, 16);
            } catch (NumberFormatException e) {
                throw new IOException("a chunk's size is \"" + Cells.oneLine(text) + "\", not a number", e);
            }
            ended = left == 0;
        }

        @Override
        public void close() throws IOException {
            ended = true;
            socket.close();
        }
    }
}
