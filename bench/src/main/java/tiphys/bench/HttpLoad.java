package tiphys.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/// Posts to one URL over kept connections, with as little work as can be, for it shares the machine with what it measures.
final class HttpLoad {
    private final int port;
    private final String path;

    HttpLoad(int port, String path) {
        this.port = port;
        this.path = path;
    }

    /// What a load led to.
    ///
    /// @param refused answers other than 200
    record Result(long accepted, long refused, double seconds) {
        double rate() {
            return accepted / seconds;
        }
    }

    /// As many requests as the connections take, one after another on each.
    Result closedLoop(int connections, Duration length, String body) throws InterruptedException {
        var accepted = new AtomicLong();
        var refused = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        var request = request(body);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var connection = new Connection()) {
                                    while (System.nanoTime() < end) {
                                        (connection.post(request) == 200 ? accepted : refused).incrementAndGet();
                                    }
                                } catch (IOException e) {
                                    refused.incrementAndGet();
                                }
                            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        return new Result(accepted.get(), refused.get(), (System.nanoTime() - begin) / 1e9);
    }

    /// Requests at fixed instants, whatever the answers take; each instant is one body's.
    ///
    /// @return the intended instants in nanoseconds since 1970
    List<Long> openLoop(double perSecond, int count, LongFunction<String> body) throws InterruptedException {
        var intended = new ArrayList<Long>();
        long pause = (long) (1e9 / perSecond);
        long begin = System.nanoTime() + 50_000_000;
        var threads = new ArrayList<Thread>();
        var wall = wallNanos() - System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = begin + i * pause;
            intended.add(due + wall);
            var request = request(body.apply(i));
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var connection = new Connection()) {
                                    while (System.nanoTime() < due) {
                                        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
                                    }
                                    connection.post(request);
                                } catch (IOException e) {
                                    System.err.println("a request failed: " + e.getMessage());
                                }
                            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        return intended;
    }

    /// What a paced load led to.
    ///
    /// @param refused answers other than 200
    /// @param p50 milliseconds from the intended instant to the answer
    record Paced(long accepted, long refused, double seconds, double p50, double p99) {}

    /// Requests at a rate over kept connections; each connection has its own instants and sends late ones at once.
    Paced paced(int connections, double perSecond, Duration length, String body) throws InterruptedException {
        var accepted = new AtomicLong();
        var refused = new AtomicLong();
        var latencies = new ConcurrentLinkedQueue<Double>();
        long pause = (long) (1e9 * connections / perSecond);
        long begin = System.nanoTime();
        var request = request(body);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            long first = begin + pause * i / connections;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var connection = new Connection()) {
                                    for (long due = first; due < begin + length.toNanos(); due += pause) {
                                        while (System.nanoTime() < due) {
                                            LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
                                        }
                                        (connection.post(request) == 200 ? accepted : refused).incrementAndGet();
                                        latencies.add((System.nanoTime() - due) / 1e6);
                                    }
                                } catch (IOException e) {
                                    System.err.println("a connection failed: " + e.getMessage());
                                    refused.incrementAndGet();
                                }
                            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        var all = List.copyOf(latencies);
        return new Paced(
                accepted.get(),
                refused.get(),
                (System.nanoTime() - begin) / 1e9,
                Ratios.quantile(all, 0.5),
                Ratios.quantile(all, 0.99));
    }

    static long wallNanos() {
        var now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private byte[] request(String body) {
        return ("POST "
                        + path
                        + " HTTP/1.1\r\nHost: localhost:"
                        + port
                        + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private final class Connection implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream in;

        Connection() throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            in = new BufferedInputStream(socket.getInputStream(), 4096);
        }

        int post(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            int status = 0;
            int length = 0;
            for (var line = line(); !line.isEmpty(); line = line()) {
                if (status == 0) {
                    status = Integer.parseInt(line.substring(9, 12));
                } else if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            in.skipNBytes(length);
            return status;
        }

        private String line() throws IOException {
            var line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the connection ended in the middle of an answer");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
