package tiphys.process.spawn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/// Gives the calling thread a file system of its own, which a program that it starts inherits; the other threads see nothing of
/// it. A thread that did this is good for nothing else afterwards. Linux 5.12 or newer; needs the right to mount, which
/// root has, and a runner that was started in a user namespace of its own.
final class MountNamespace {
    private static final int CLONE_NEWNS = 0x00020000;
    private static final int CLONE_NEWUTS = 0x04000000;

    private static final long MS_BIND = 4096;
    private static final long MS_REC = 16384;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long MS_NOSUID_NODEV = 2 | 4;
    private static final int MNT_DETACH = 2;

    private static final int AT_FDCWD = -100;
    private static final int AT_RECURSIVE = 0x8000;
    private static final long RDONLY = 1;
    private static final long MOUNT_ATTR_BYTES = 32;

    /// The same number on every processor.
    private static final long SYS_MOUNT_SETATTR = 442;

    private static final int PR_CAP_AMBIENT = 47;
    private static final long PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private static final int NO_ENTRY = 2;
    private static final int INVALID = 22;

    private MountNamespace() {}

    /// The system did not let us.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String what, int errno) {
            super(what + ": " + words(errno));
        }

        private static String words(int errno) {
            return switch (errno) {
                case 1 -> "operation not permitted";
                case NO_ENTRY -> "no such file or directory";
                case 13 -> "permission denied";
                case 20 -> "not a directory";
                case INVALID -> "invalid argument";
                case 28 -> "no space, or no more namespaces";
                case 38 -> "not implemented by this kernel";
                default -> "errno " + errno;
            };
        }
    }

    /// Loads all that is needed, so that nothing must be read from a file system that is not there any more.
    static void load() {
        Objects.requireNonNull(C.MOUNT);
    }

    /// Enters the view: the thread's root is the view's from here on.
    static void enter(View view) throws Refused {
        try (var arena = Arena.ofConfined()) {
            var call = new Calls(arena);
            call.check("unshare", call.unshare());
            call.name(view.hostname());
            call.check("make / private", call.mount("none", "/", MS_REC | MS_PRIVATE, ""));
            call.check("bind " + view.root(), call.mount(view.root().toString(), view.at().toString(), MS_BIND, ""));
            for (var step : view.steps()) {
                switch (step) {
                    case View.Step.Bind bind -> call.bind(view.at(), bind);
                    case View.Step.Memory(var target, var bytes) -> {
                        var options = "mode=755" + (bytes == 0 ? "" : ",size=" + bytes);
                        var at = view.at() + target;
                        call.check("tmpfs " + target, call.tmpfs(at, options));
                    }
                    case View.Step.Directory(var target) -> call.directories(view.at() + target);
                }
            }
            call.root(view.at());
            call.dropCapabilities();
        }
    }

    /// The calls, each with its error.
    private record Calls(Arena arena, MemorySegment errno) {
        Calls(Arena arena) {
            this(arena, arena.allocate(Linker.Option.captureStateLayout()));
        }

        int error() {
            return errno.get(JAVA_INT, 0);
        }

        void check(String what, int result) throws Refused {
            if (result != 0) {
                throw new Refused(what, error());
            }
        }

        int unshare() {
            return called(() -> (int) C.UNSHARE.invokeExact(errno, CLONE_NEWNS | CLONE_NEWUTS));
        }

        void name(String hostname) throws Refused {
            if (!hostname.isEmpty()) {
                var name = arena.allocateFrom(hostname);
                long length = name.byteSize() - 1;
                check("sethostname", called(() -> (int) C.SET_HOSTNAME.invokeExact(errno, name, length)));
            }
        }

        int mount(String source, String target, long flags, String type) {
            var from = arena.allocateFrom(source);
            var to = arena.allocateFrom(target);
            var kind = type.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(type);
            return called(() -> (int) C.MOUNT.invokeExact(errno, from, to, kind, flags, MemorySegment.NULL));
        }

        int tmpfs(String target, String options) {
            var name = arena.allocateFrom("tmpfs");
            var to = arena.allocateFrom(target);
            var data = arena.allocateFrom(options);
            return called(() -> (int) C.MOUNT.invokeExact(errno, name, to, name, MS_NOSUID_NODEV, data));
        }

        /// What the host removed meanwhile is not missed.
        void bind(Path at, View.Step.Bind bind) throws Refused {
            var target = at + bind.target();
            int result = mount(bind.source().toString(), target, MS_BIND | MS_REC, "");
            if (result != 0 && error() == NO_ENTRY && bind.access() == View.Access.READ_ONLY) {
                return;
            }
            check("bind " + bind.source(), result);
            if (bind.access() == View.Access.READ_ONLY) {
                var attributes = arena.allocate(MOUNT_ATTR_BYTES, 8);
                attributes.set(JAVA_LONG, 0, RDONLY);
                var path = arena.allocateFrom(target);
                check(
                        "make read-only " + bind.target(),
                        called(() ->
                                (int)
                                        (long)
                                                C.SET_ATTRIBUTES.invokeExact(
                                                        errno,
                                                        SYS_MOUNT_SETATTR,
                                                        AT_FDCWD,
                                                        path,
                                                        AT_RECURSIVE,
                                                        attributes,
                                                        MOUNT_ATTR_BYTES)));
            }
        }

        void directories(String path) {
            for (int end = path.indexOf('/', 1); end != path.length(); ) {
                end = path.indexOf('/', end + 1) < 0 ? path.length() : path.indexOf('/', end + 1);
                var part = arena.allocateFrom(path.substring(0, end));
                int _ = called(() -> (int) C.MKDIR.invokeExact(errno, part, 0755)); // most are there
            }
        }

        /// The old root goes, so that no path leads out; where the root is the kernel's first file system it cannot, and is left behind.
        void root(Path at) throws Refused {
            var dot = arena.allocateFrom(".");
            var path = arena.allocateFrom(at.toString());
            check("enter " + at, called(() -> (int) C.CHDIR.invokeExact(errno, path)));
            if (called(() -> (int) C.PIVOT_ROOT.invokeExact(errno, C.SYS_PIVOT_ROOT, dot, dot)) == 0) {
                check("leave the old root", called(() -> (int) C.UMOUNT.invokeExact(errno, dot, MNT_DETACH)));
            } else if (error() == INVALID) {
                check("chroot", called(() -> (int) C.CHROOT.invokeExact(errno, dot)));
            } else {
                throw new Refused("pivot_root", error());
            }
            var top = arena.allocateFrom("/");
            check("enter /", called(() -> (int) C.CHDIR.invokeExact(errno, top)));
        }

        /// Those of a user namespace, so that a step of an ordinary user has none; root keeps its own.
        void dropCapabilities() {
            int _ =
                    called(() ->
                            (int) C.PRCTL.invokeExact(errno, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L));
        }

        private interface Native {
            int run() throws Throwable;
        }

        private static int called(Native call) {
            try {
                return call.run();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @SuppressWarnings("restricted") // to call C is what it is for
    private static final class C {
        static final long SYS_PIVOT_ROOT = System.getProperty("os.arch", "").equals("aarch64") ? 41 : 155;
        static final MethodHandle UNSHARE = function("unshare", JAVA_INT, JAVA_INT);
        static final MethodHandle SET_HOSTNAME = function("sethostname", JAVA_INT, ADDRESS, JAVA_LONG);
        static final MethodHandle MOUNT = function("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
        static final MethodHandle UMOUNT = function("umount2", JAVA_INT, ADDRESS, JAVA_INT);
        static final MethodHandle MKDIR = function("mkdir", JAVA_INT, ADDRESS, JAVA_INT);
        static final MethodHandle CHDIR = function("chdir", JAVA_INT, ADDRESS);
        static final MethodHandle CHROOT = function("chroot", JAVA_INT, ADDRESS);
        static final MethodHandle PIVOT_ROOT = system(JAVA_INT, ADDRESS, ADDRESS);
        static final MethodHandle SET_ATTRIBUTES = system(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
        static final MethodHandle PRCTL =
                function(
                        "prctl",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));

        private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
            return function(name, FunctionDescriptor.of(result, arguments));
        }

        private static MethodHandle system(MemoryLayout result, MemoryLayout... arguments) {
            var all = Stream.concat(Stream.of(JAVA_LONG), Arrays.stream(arguments)).toArray(MemoryLayout[]::new);
            return function("syscall", FunctionDescriptor.of(result, all), Linker.Option.firstVariadicArg(1));
        }

        private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            var all =
                    Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Arrays.stream(options))
                            .toArray(Linker.Option[]::new);
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, all);
        }
    }
}
