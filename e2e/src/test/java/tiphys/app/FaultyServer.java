package tiphys.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import tiphys.store.FaultyStore;

/// The whole server as `tiphys up` wires it, on a disk that fails as a file says: arguments are the data directory and that
/// file. A program of its own, so that its end can be seen.
public final class FaultyServer {
    private FaultyServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var data = Path.of(arguments[0]);
        var faults = Path.of(arguments[1]);
        LogFile.open(data);
        var settings = new Host.Settings(data, Up.DEFAULT_HOST, 0, StartupErrors::flushFailed);
        var _ = Host.open(settings, (directory, options) -> FaultyStore.open(directory, options, faults));
        new CountDownLatch(1).await();
    }
}
