package tiphys.app;

import java.io.IOException;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.journal.StoreUnavailable;
import tiphys.server.http.Ports;
import tiphys.store.keep.DirectoryInUse;
import tiphys.store.sql.IncompatibleStore;
import tiphys.store.write.KeyMissing;

/// Opens what a command hosts, and says in the form of all errors why it cannot be opened.
final class StartupErrors {
    /// How the process ends when a flush failed: nobody knows what is on disk, and only a new start can tell.
    static final int FLUSH_FAILED = 74;

    private StartupErrors() {}

    @FunctionalInterface
    interface Part<T> {
        T open() throws IOException;
    }

    static <T> T open(Part<T> part) {
        try {
            return part.open();
        } catch (DirectoryInUse e) {
            throw error("TIP-6041", "the data directory is in use", e)
                    .hint("end the other server with `tiphys down`, or choose another directory with --data");
        } catch (IncompatibleStore e) {
            throw error("TIP-6042", "the data directory was written by a newer Tiphys", e)
                    .hint("use that version, or another directory with --data");
        } catch (KeyMissing e) {
            throw error("TIP-6046", "the key of the Secrets is missing", e)
                    .hint("put secret.key back from where the directory was copied or restored; a backup needs both");
        } catch (Ports.InUse e) {
            throw error("TIP-6043", "a port is in use", e).hint("choose another one with --port");
        } catch (StoreUnavailable e) {
            throw error("TIP-6044", "the data directory cannot be used", e)
                    .hint("look at its permissions and the free space, or choose another one with --data");
        } catch (IOException e) {
            throw error("TIP-6045", "the server cannot be started", e);
        }
    }

    private static CliError error(String code, String what, Exception why) {
        return CliError.of(ExitCode.FAILED, code, what).why(String.valueOf(why.getMessage()));
    }

    /// Ends the process at once because a flush failed. What was acknowledged is safe; the next start reads what is there.
    static void flushFailed(Throwable why) {
        System.err.println(
                "tiphys: a flush to disk failed, so the server ends (exit code "
                        + FLUSH_FAILED
                        + "); what was acknowledged is on disk, and a new start goes on from there: "
                        + why.getMessage());
        Runtime.getRuntime().halt(FLUSH_FAILED);
    }
}
