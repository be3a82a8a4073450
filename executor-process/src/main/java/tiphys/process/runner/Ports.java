package tiphys.process.runner;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.process.wire.Launch;

/// Sees to it that the ports that a daemon names are free at its address before it starts: most programs listen on all addresses of a
/// machine, so the daemon of another run may have the port. Safe for every thread.
final class Ports {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Duration patience;
    private final Map<Integer, Attempt> about = new HashMap<>();

    /// @param patience how long a daemon waits for a port
    Ports(Duration patience) {
        this.patience = patience;
    }

    /// Waits until all ports of a daemon are free, and keeps them from others that ask, until [#letGo].
    ///
    /// @return what is in the way; empty if nothing is, or the attempt is to end
    Optional<String> await(Attempt attempt, Launch.Daemon daemon) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (int port : daemon.ports()) {
            while (!take(attempt, daemon.address(), port)) {
                if (attempt.wish().isPresent()) {
                    return Optional.empty();
                }
                if (System.nanoTime() > until) {
                    return Optional.of(
                            ("port %d is in use on this machine: another daemon or program listens on it at all addresses; it was"
                                            + " waited for %d s. Daemons can listen on the same port if each listens on its own address, which"
                                            + " its variable TIPHYS_ADDRESS says")
                                    .formatted(port, patience.toSeconds()));
                }
                Thread.sleep(LOOK);
            }
        }
        return Optional.empty();
    }

    private synchronized boolean take(Attempt attempt, String address, int port) {
        var other = about.get(port);
        if (other != null && other != attempt && !other.isOver() && !other.isReady()) {
            return false;
        }
        if (!free(address, port)) {
            return false;
        }
        about.put(port, attempt);
        return true;
    }

    private static boolean free(String address, int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (BindException e) {
            return !String.valueOf(e.getMessage()).contains("in use"); // else it is for the daemon to find out
        } catch (IOException | IllegalArgumentException _) {
            return true;
        }
    }

    /// The attempt is over.
    synchronized void letGo(Attempt attempt) {
        about.values().removeIf(attempt::equals);
    }
}
