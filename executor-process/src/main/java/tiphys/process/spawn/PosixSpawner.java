package tiphys.process.spawn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Starts programs by `posix_spawn` through the foreign-function API: no helper program in between and no cost that grows
/// with the heap. For Linux with glibc 2.34 or newer; elsewhere [#find] is empty.
///
/// The JDK opens files without close-on-exec, so the child closes everything from descriptor 3 on. Signals and the
/// signal mask are reset to their defaults, whatever the server was started with.
final class PosixSpawner implements Spawner {
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY_CREAT_APPEND = 01 | 0100 | 02000;
    private static final int O_CLOEXEC = 02000000;
    private static final int FILE_MODE = 0600;
    private static final long ENTERING_STACK_BYTES = 256 << 10;
    private static final short SETPGROUP = 0x02;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;

    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int EINTR = 4;

    /// More than any C library takes for its attributes, actions, sets and siginfo.
    private static final long STRUCT_BYTES = 512;

    private static final long SIGSET_BYTES = 128;

    /// Of the two times at the beginning of a `rusage`, one in user mode, one in the system's.
    private static final long TIMEVAL_BYTES = 16;

    /// Those with a name, 1 to 31: nobody ignores the others, and each costs a call of the system.
    private static final int ALL_SIGNALS = 0x7fff_ffff;

    private static final Optional<Spawner> FOUND = lookUp();

    /// The spawner, if this system's C library has every function that it needs.
    static Optional<Spawner> find() {
        return FOUND;
    }

    private static Optional<Spawner> lookUp() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
            return Optional.empty();
        }
        try {
            Objects.requireNonNull(C.SPAWN); // loads them all
            return Optional.of(new PosixSpawner());
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof NoSuchElementException || e.getCause() instanceof IllegalCallerException) {
                return Optional.empty(); // a function is missing, or this program may not call C
            }
            throw e;
        }
    }

    /// The children that were started and not reaped yet. When the thread that started one ends before it, the system counts
    /// it among those of the first thread, where [Orphans] looks.
    private static final Set<Long> UNREAPED = ConcurrentHashMap.newKeySet();

    /// Whether a process is a child of this program that somebody here awaits.
    static boolean awaits(long pid) {
        return UNREAPED.contains(pid);
    }

    private PosixSpawner() {}

    @Override
    public Child spawn(Command command) throws CannotSpawn {
        if (command.view().isEmpty()) {
            return spawnHere(command, Output.BY_NAME);
        }
        var view = command.view().get();
        var spawned = new FutureTask<>(() -> spawnInside(view, command));
        Thread.ofPlatform().name("enters-root").daemon().stackSize(ENTERING_STACK_BYTES).start(spawned);
        return entered(spawned);
    }

    /// On a thread of its own, which sees nothing but the view from then on: what the child writes to is opened before.
    private Child spawnInside(View view, Command command) throws CannotSpawn {
        MountNamespace.load();
        int stdout = open(command.stdout());
        try {
            int stderr = command.stderr().isPresent() ? open(command.stderr().get()) : stdout;
            try {
                MountNamespace.enter(view);
                return spawnHere(command, new Output.Open(stdout, stderr));
            } catch (MountNamespace.Refused e) {
                throw new CannotSpawn("no root of its own could be made for the step: " + e.getMessage());
            } finally {
                if (stderr != stdout) {
                    close(stderr);
                }
            }
        } finally {
            close(stdout);
        }
    }

    /// Waits for the thread, which takes some milliseconds, also if this one is interrupted meanwhile: a child that nobody knows would
    /// never be reaped.
    private static Child entered(FutureTask<Child> spawned) throws CannotSpawn {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return spawned.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CannotSpawn refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Where a child's output goes.
    private sealed interface Output {
        Output BY_NAME = new ByName();

        /// To files that the child opens.
        record ByName() implements Output {}

        /// To descriptors of this process.
        record Open(int stdout, int stderr) implements Output {}
    }

    private static int open(Path file) throws CannotSpawn {
        try (var arena = Arena.ofConfined()) {
            var path = arena.allocateFrom(file.toString());
            int descriptor = (int) C.OPEN.invokeExact(path, O_WRONLY_CREAT_APPEND | O_CLOEXEC, FILE_MODE);
            if (descriptor < 0) {
                throw new CannotSpawn("cannot open " + file);
            }
            return descriptor;
        } catch (CannotSpawn | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(int descriptor) {
        try {
            int _ = (int) C.CLOSE.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private Child spawnHere(Command command, Output output) throws CannotSpawn {
        try (var arena = Arena.ofConfined()) {
            var argv = strings(arena, command.argv());
            var envp =
                    strings(
                            arena,
                            command.env().entrySet().stream()
                                    .map(variable -> variable.getKey() + "=" + variable.getValue())
                                    .toList());
            var pid = arena.allocate(JAVA_INT);
            var actions = arena.allocate(STRUCT_BYTES, 16);
            check("posix_spawn_file_actions_init", (int) C.ACTIONS_INIT.invokeExact(actions));
            try {
                describe(arena, command, output, actions);
                var attributes =
                        switch (command.belonging()) {
                            case OWN_GROUP -> C.IN_OWN_GROUP;
                            case OWN_SESSION -> C.IN_OWN_SESSION;
                        };
                var program = arena.allocateFrom(command.program().toString());
                int error = (int) C.SPAWN.invokeExact(pid, program, actions, attributes, argv, envp);
                if (error != 0) {
                    throw new CannotSpawn(message(error, command));
                }
            } finally {
                int _ = (int) C.ACTIONS_DESTROY.invokeExact(actions);
            }
            var child = new PosixChild(pid.get(JAVA_INT, 0));
            UNREAPED.add(child.pid());
            return child;
        } catch (CannotSpawn | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void describe(Arena arena, Command command, Output output, MemorySegment actions) throws Throwable {
        check("addopen", (int) C.ADD_OPEN.invokeExact(actions, 0, C.DEV_NULL, O_RDONLY, 0));
        switch (output) {
            case Output.ByName() -> {
                append(arena, actions, 1, command.stdout().toString());
                if (command.stderr().isPresent()) {
                    append(arena, actions, 2, command.stderr().get().toString());
                } else {
                    check("adddup2", (int) C.ADD_DUP2.invokeExact(actions, 1, 2));
                }
            }
            case Output.Open(var stdout, var stderr) -> {
                check("adddup2", (int) C.ADD_DUP2.invokeExact(actions, stdout, 1));
                check("adddup2", (int) C.ADD_DUP2.invokeExact(actions, stderr, 2));
            }
        }
        check("addchdir", (int) C.ADD_CHDIR.invokeExact(actions, arena.allocateFrom(command.directory().toString())));
        check("addclosefrom", (int) C.ADD_CLOSE_FROM.invokeExact(actions, 3));
    }

    private void append(Arena arena, MemorySegment actions, int descriptor, String file) throws Throwable {
        var path = arena.allocateFrom(file);
        check("addopen", (int) C.ADD_OPEN.invokeExact(actions, descriptor, path, O_WRONLY_CREAT_APPEND, FILE_MODE));
    }

    private static MemorySegment strings(Arena arena, List<String> texts) throws CannotSpawn {
        var array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).indexOf('\0') >= 0) {
                throw new CannotSpawn("an argument or variable contains a NUL character: invalid argument");
            }
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        array.setAtIndex(ADDRESS, texts.size(), MemorySegment.NULL);
        return array;
    }

    private static int call(MethodHandle function, MemorySegment argument) {
        try {
            return (int) function.invokeExact(argument);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String function, int error) {
        if (error != 0) {
            throw new IllegalStateException(function + " failed with errno " + error);
        }
    }

    private static String message(int errno, Command command) {
        var reason =
                switch (errno) {
                    case 2 -> "no such file or directory";
                    case 7 -> "argument list too long";
                    case 8 -> "exec format error";
                    case 11 -> "resource temporarily unavailable";
                    case 12 -> "cannot allocate memory";
                    case 13 -> "permission denied";
                    case 20 -> "not a directory";
                    case 26 -> "text file busy";
                    default -> "errno " + errno;
                };
        return "fork/exec %s: %s".formatted(command.program(), reason);
    }

    /// A child that is awaited by pid alone, so that children of other parts of this process are left to them.
    private static final class PosixChild implements Child {
        private final int pid;
        private volatile long cpuMicros;

        PosixChild(int pid) {
            this.pid = pid;
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public void await() {
            try (var arena = Arena.ofConfined()) {
                var info = arena.allocate(STRUCT_BYTES, 16);
                var errno = arena.allocate(Linker.Option.captureStateLayout());
                while ((int) C.WAIT_ID.invokeExact(errno, P_PID, pid, info, WEXITED | WNOWAIT) != 0) {
                    int error = errno.get(JAVA_INT, 0);
                    if (error != EINTR) {
                        throw new IllegalStateException("waitid of " + pid + " failed with errno " + error);
                    }
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Exit reap() {
            try (var arena = Arena.ofConfined()) {
                var status = arena.allocate(JAVA_INT);
                var used = arena.allocate(STRUCT_BYTES, 16);
                int reaped = (int) C.WAIT4.invokeExact(pid, status, 0, used);
                UNREAPED.remove(pid());
                if (reaped != pid) {
                    throw new IllegalStateException("waitpid of " + pid + " gave " + reaped);
                }
                cpuMicros = micros(used, 0) + micros(used, TIMEVAL_BYTES);
                int word = status.get(JAVA_INT, 0);
                int signal = word & 0x7f;
                return signal == 0 ? new Exit.Code((word >> 8) & 0xff) : new Exit.Signal(signal);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        /// The microseconds of a `timeval`: two words, of which the second may be half a word.
        private static long micros(MemorySegment used, long offset) {
            return used.get(JAVA_LONG, offset) * 1_000_000 + used.get(JAVA_INT, offset + Long.BYTES);
        }

        @Override
        public long cpuMicros() {
            return cpuMicros;
        }

        @Override
        public void signal(int signal) {
            try {
                int _ = (int) C.KILL.invokeExact(-pid, signal);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// The C library's functions. Constants, so that the JVM makes plain calls of them and no handle is interpreted.
    @SuppressWarnings("restricted") // to call C is what it is for
    private static final class C {
        static final MethodHandle SPAWN = function("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        static final MethodHandle ACTIONS_INIT = function("posix_spawn_file_actions_init", ADDRESS);
        static final MethodHandle ACTIONS_DESTROY = function("posix_spawn_file_actions_destroy", ADDRESS);
        static final MethodHandle ADD_OPEN =
                function("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        static final MethodHandle ADD_DUP2 = function("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
        static final MethodHandle ADD_CHDIR = function("posix_spawn_file_actions_addchdir_np", ADDRESS, ADDRESS);
        static final MethodHandle ADD_CLOSE_FROM =
                function("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
        static final MethodHandle WAIT_ID =
                function(
                        "waitid",
                        List.of(Linker.Option.captureCallState("errno")),
                        JAVA_INT,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT);
        static final MethodHandle WAIT4 = function("wait4", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
        static final MethodHandle OPEN = open();
        static final MethodHandle CLOSE = function("close", JAVA_INT);
        static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
        static final MemorySegment DEV_NULL = Arena.global().allocateFrom("/dev/null");
        static final MemorySegment IN_OWN_GROUP = attributes((short) (SETPGROUP | SETSIGDEF | SETSIGMASK));
        static final MemorySegment IN_OWN_SESSION = attributes((short) (SETSID | SETSIGDEF | SETSIGMASK));

        private static MethodHandle open() {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("open"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
        }

        private static MethodHandle function(String name, MemoryLayout... arguments) {
            return function(name, List.of(), arguments);
        }

        private static MethodHandle function(String name, List<Linker.Option> options, MemoryLayout... arguments) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(JAVA_INT, arguments),
                    options.toArray(Linker.Option[]::new));
        }

        private static MemorySegment attributes(short flags) {
            var attributes = Arena.global().allocate(STRUCT_BYTES, 16);
            var none = Arena.global().allocate(SIGSET_BYTES, 16);
            var all = Arena.global().allocate(SIGSET_BYTES, 16);
            all.set(JAVA_INT, 0, ALL_SIGNALS);
            check("posix_spawnattr_init", call(function("posix_spawnattr_init", ADDRESS), attributes));
            try {
                check(
                        "setflags",
                        (int) function("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT).invokeExact(attributes, flags));
                check(
                        "setpgroup",
                        (int) function("posix_spawnattr_setpgroup", ADDRESS, JAVA_INT).invokeExact(attributes, 0));
                check(
                        "setsigmask",
                        (int) function("posix_spawnattr_setsigmask", ADDRESS, ADDRESS).invokeExact(attributes, none));
                check(
                        "setsigdefault",
                        (int) function("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS).invokeExact(attributes, all));
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            return attributes;
        }
    }
}
