package tiphys.process.spawn;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts programs as children of this process. Safe for every thread.
public interface Spawner {
    int SIGTERM = 15;
    int SIGKILL = 9;

    /// Starts a program with stdin from `/dev/null` and its output appended to files.
    ///
    /// @throws CannotSpawn if the system refused
    Child spawn(Command command) throws CannotSpawn;

    /// The spawner of this system: [PosixSpawner] where the C library has what it needs, else [PortableSpawner]; with [Bubblewrap]
    /// where processes get a root of their own by that alone.
    static Spawner ofThisSystem() {
        return Bubblewrap.beside(PosixSpawner.find().orElseGet(PortableSpawner::new));
    }

    /// What to start.
    ///
    /// @param program the absolute path of the program
    /// @param argv its arguments, the name it is called by first
    /// @param env the whole environment
    /// @param directory as the process sees it
    /// @param stdout as this process sees it, like `stderr`
    /// @param stderr empty means where stdout goes
    /// @param view what it sees of the file system; empty for the same as this process
    record Command(
            Path program,
            List<String> argv,
            Map<String, String> env,
            Path directory,
            Path stdout,
            Optional<Path> stderr,
            Belonging belonging,
            Optional<View> view) {}

    /// What a child belongs to.
    enum Belonging {
        /// Its own process group, so that it can be ended with all its children.
        OWN_GROUP,
        /// Its own session: the terminal's Ctrl-C and hang-up do not reach it.
        OWN_SESSION
    }

    /// How a process ended.
    sealed interface Exit {
        record Code(int code) implements Exit {}

        record Signal(int signal) implements Exit {}
    }

    /// A started process. One thread awaits and reaps it; every thread may signal it until then.
    interface Child {
        long pid();

        /// Waits until the process ended. Its pid stays taken until [#reap].
        void await() throws InterruptedException;

        /// How it ended; only after [#await], once. Afterwards its pid may belong to another process.
        Exit reap();

        /// How many microseconds it, and those of its children that it waited for, kept a processor busy; after [#reap]. 0 where
        /// the system does not tell.
        default long cpuMicros() {
            return 0;
        }

        /// Sends a signal to the process and its group; nothing happens if none is there.
        void signal(int signal);
    }

    /// The system refused to start a program.
    final class CannotSpawn extends Exception {
        private static final long serialVersionUID = 1;

        CannotSpawn(String message) {
            super(message);
        }
    }
}
