package tiphys.connectors.line;

import java.io.IOException;

/// A connection to a server that has messages. One thread listens; any may close it.
public interface Line extends AutoCloseable {
    /// Hands in what the server has, and returns only by an exception: when the connection breaks, or when it is closed.
    ///
    /// @throws IOException what went wrong, in words for whoever looks after the server
    void listen(Desk desk) throws IOException, InterruptedException;

    /// Ends it, and whoever listens. What was not acknowledged stays with the server.
    @Override
    void close();

    /// Makes one.
    @FunctionalInterface
    interface Dial {
        /// Connects, authenticates, and asks for the messages.
        ///
        /// @throws IOException why that cannot be, in words for whoever looks after the server; it is tried again
        Line dial() throws IOException, InterruptedException;
    }
}
