package tiphys.process.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.AttemptId;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.process.paths.Layout;

/// The language between server and runner: frames of four bytes of length (big-endian), a tag, and the fields of one message
/// one after another. Of this machine's two processes it is the one that is spoken most, so it is no JSON.
///
/// A runner outlives its server, and may meet one of another version. So the first frame of a runner says which version it speaks,
/// and that frame and [ToRunner.Retire] stay as they are in every version.
public final class Wire {
    /// What this program speaks.
    public static final int VERSION = 3;

    /// Of one frame; an order with big files must fit.
    static final int MAX_FRAME_BYTES = 256 << 20;

    private static final int HELLO = 0;
    private static final int REPORTS = 1;
    private static final int BLOCKED = 2;

    private static final int RETIRE = 0;
    private static final int START = 1;
    private static final int CANCEL = 2;
    private static final int RECONCILE = 3;
    private static final int FORGET = 4;

    private static final int STARTED = 0;
    private static final int EXITED = 1;
    private static final int SIGNALLED = 2;
    private static final int DEADLINE_EXCEEDED = 3;
    private static final int CANCELLED = 4;
    private static final int LOST = 5;
    private static final int NOT_STARTED = 6;
    private static final int OUTPUTS_REFUSED = 7;
    private static final int DEADLINE_EXCEEDED_RUNNING = 8;
    private static final int CANCELLED_RUNNING = 9;
    private static final int GROUP_EXITED = 10;
    private static final int CONTAINER_STARTED = 11;
    private static final int CONTAINER_ENDED = 12;
    private static final int READY = 13;
    private static final int PROGRESSED = 14;
    private static final int USED = 15;

    private static final int OWN = 0;
    private static final int MEMORY = 1;
    private static final int PLACE = 2;

    private Wire() {}

    /// An order whose attempt the engine believes to be under way.
    public record UnderWay(AttemptId attempt, String host) {}

    /// What the server says.
    public sealed interface ToRunner {
        record Start(Launch launch) implements ToRunner {}

        record Cancel(AttemptId attempt) implements ToRunner {}

        record Reconcile(List<UnderWay> attempts) implements ToRunner {}

        record Forget(List<AttemptId> attempts) implements ToRunner {}

        /// End when nothing is left to do.
        record Retire() implements ToRunner {}
    }

    /// What the runner says.
    public sealed interface FromRunner {
        /// First of all.
        ///
        /// @param version of this language; of another one than [Wire#VERSION] nothing but this message can be read
        record Hello(int version, long pid) implements FromRunner {}

        /// What became of attempts, in the order in which it happened.
        record Reports(List<StepReport> reports) implements FromRunner {}

        /// Why nothing starts now; empty: it does again.
        record Blocked(Optional<String> reason) implements FromRunner {}

        /// The connection is lost; never on the wire. Another one is being made.
        record Gone() implements FromRunner {}
    }

    public static ByteBuffer frame(ToRunner message) {
        var out = new FrameWriter();
        switch (message) {
            case ToRunner.Retire() -> out.tag(RETIRE);
            case ToRunner.Start(var launch) -> {
                out.tag(START);
                write(launch, out);
            }
            case ToRunner.Cancel(var attempt) -> {
                out.tag(CANCEL);
                out.text(attempt.text());
            }
            case ToRunner.Reconcile(var attempts) -> {
                out.tag(RECONCILE);
                out.list(attempts, one -> out.pair(one.attempt().text(), one.host()));
            }
            case ToRunner.Forget(var attempts) -> {
                out.tag(FORGET);
                out.list(attempts, attempt -> out.text(attempt.text()));
            }
        }
        return out.finish();
    }

    public static ByteBuffer frame(FromRunner message) {
        var out = new FrameWriter();
        switch (message) {
            case FromRunner.Hello(var version, var pid) -> {
                out.tag(HELLO);
                out.whole(version);
                out.whole(pid);
            }
            case FromRunner.Reports(var reports) -> {
                out.tag(REPORTS);
                out.list(reports, report -> write(report, out));
            }
            case FromRunner.Blocked(var reason) -> {
                out.tag(BLOCKED);
                out.optional(reason, out::text);
            }
            case FromRunner.Gone() -> throw new IllegalStateException("a lost connection says nothing");
        }
        return out.finish();
    }

    /// The server's next message; empty at the end of the stream.
    public static Optional<ToRunner> toRunner(DataInputStream stream) throws IOException {
        return read(stream)
                .map(in ->
                        switch (in.tag()) {
                            case RETIRE -> new ToRunner.Retire();
                            case START -> new ToRunner.Start(launch(in));
                            case CANCEL -> new ToRunner.Cancel(attempt(in));
                            case RECONCILE ->
                                    new ToRunner.Reconcile(in.list(() -> new UnderWay(attempt(in), in.text())));
                            case FORGET -> new ToRunner.Forget(in.list(() -> attempt(in)));
                            default -> throw new IllegalStateException("the runner does not know the server's message");
                        });
    }

    /// The runner's next message; empty at the end of the stream.
    public static Optional<FromRunner> fromRunner(DataInputStream stream) throws IOException {
        return read(stream)
                .map(in ->
                        switch (in.tag()) {
                            case HELLO -> new FromRunner.Hello(in.whole(), in.wholeLong());
                            case REPORTS -> new FromRunner.Reports(in.list(() -> report(in)));
                            case BLOCKED -> new FromRunner.Blocked(in.optional(in::text));
                            default -> throw new IllegalStateException("the server does not know the runner's message");
                        });
    }

    private static Optional<FrameReader> read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException _) {
            return Optional.empty();
        }
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        var bytes = new byte[length];
        in.readFully(bytes);
        return Optional.of(new FrameReader(bytes));
    }

    public static void write(WritableByteChannel channel, ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private static AttemptId attempt(FrameReader in) {
        return new AttemptId(in.text());
    }

    private static void write(StepReport report, FrameWriter out) {
        out.text(report.attempt().text());
        switch (report) {
            case StepReport.Started(_, var at, var program) -> {
                out.instant(at);
                out.tag(STARTED);
                out.text(program);
            }
            case StepReport.Ready(_, var at, var address) -> {
                out.instant(at);
                out.tag(READY);
                out.text(address);
            }
            case StepReport.ContainerStarted(_, var at, var container) -> {
                out.instant(at);
                out.tag(CONTAINER_STARTED);
                out.text(container);
            }
            case StepReport.ContainerEnded(_, var at, var end) -> {
                out.instant(at);
                out.tag(CONTAINER_ENDED);
                write(end, out);
            }
            case StepReport.Progressed(_, var at, var progress) -> {
                out.instant(at);
                out.tag(PROGRESSED);
                out.text(progress);
            }
            case StepReport.Used(_, var at, var cpu, var peak) -> {
                out.instant(at);
                out.tag(USED);
                out.text(cpu + "/" + peak);
            }
            case StepReport.Ended(_, var at, var ending) -> {
                out.instant(at);
                write(ending, out);
            }
        }
    }

    private static void write(ContainerEnd end, FrameWriter out) {
        out.text(end.name());
        out.whole(end.code());
        out.text(end.message());
    }

    private static ContainerEnd containerEnd(FrameReader in) {
        return new ContainerEnd(in.text(), in.whole(), in.text());
    }

    private static void write(Ending ending, FrameWriter out) {
        switch (ending) {
            case Ending.GroupExited(var containers, var result, var parameters) -> {
                out.tag(GROUP_EXITED);
                out.list(containers, one -> write(one, out));
                out.optional(result, out::text);
                out.texts(parameters);
            }
            case Ending.Exited(var code, var result, var parameters) -> {
                out.tag(EXITED);
                out.whole(code);
                out.optional(result, out::text);
                out.texts(parameters);
            }
            case Ending.OutputsRefused(var code, var reason) -> {
                out.tag(OUTPUTS_REFUSED);
                out.whole(code);
                out.text(reason);
            }
            case Ending.Signalled(var signal) -> {
                out.tag(SIGNALLED);
                out.whole(signal);
            }
            case Ending.DeadlineExceeded(var exit) -> write(exit, DEADLINE_EXCEEDED, DEADLINE_EXCEEDED_RUNNING, out);
            case Ending.Cancelled(var exit) -> write(exit, CANCELLED, CANCELLED_RUNNING, out);
            case Ending.OutOfMemory _, Ending.Served _ ->
                    throw new IllegalStateException("a process does not end so: " + ending);
            case Ending.Lost(var reason) -> {
                out.tag(LOST);
                out.text(reason);
            }
            case Ending.NotStarted(var reason) -> {
                out.tag(NOT_STARTED);
                out.text(reason);
            }
        }
    }

    private static void write(OptionalInt exit, int without, int with, FrameWriter out) {
        out.tag(exit.isPresent() ? with : without);
        exit.ifPresent(out::whole);
    }

    private static StepReport report(FrameReader in) {
        var attempt = attempt(in);
        var at = in.instant();
        int tag = in.tag();
        return switch (tag) {
            case STARTED -> new StepReport.Started(attempt, at, in.text());
            case READY -> new StepReport.Ready(attempt, at, in.text());
            case CONTAINER_STARTED -> new StepReport.ContainerStarted(attempt, at, in.text());
            case CONTAINER_ENDED -> new StepReport.ContainerEnded(attempt, at, containerEnd(in));
            case PROGRESSED -> new StepReport.Progressed(attempt, at, in.text());
            case USED -> used(attempt, at, in.text().split("/", 2));
            default -> new StepReport.Ended(attempt, at, ending(tag, in));
        };
    }

    private static StepReport used(AttemptId attempt, Instant at, String[] numbers) {
        return new StepReport.Used(attempt, at, Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    private static Ending ending(int tag, FrameReader in) {
        return switch (tag) {
            case EXITED -> new Ending.Exited(in.whole(), in.optional(in::text), in.texts());
            case GROUP_EXITED ->
                    new Ending.GroupExited(in.list(() -> containerEnd(in)), in.optional(in::text), in.texts());
            case OUTPUTS_REFUSED -> new Ending.OutputsRefused(in.whole(), in.text());
            case SIGNALLED -> new Ending.Signalled(in.whole());
            case DEADLINE_EXCEEDED -> new Ending.DeadlineExceeded();
            case CANCELLED -> new Ending.Cancelled();
            case DEADLINE_EXCEEDED_RUNNING -> new Ending.DeadlineExceeded(OptionalInt.of(in.whole()));
            case CANCELLED_RUNNING -> new Ending.Cancelled(OptionalInt.of(in.whole()));
            case LOST -> new Ending.Lost(in.text());
            case NOT_STARTED -> new Ending.NotStarted(in.text());
            default -> throw new IllegalStateException("the server does not know the runner's ending " + tag);
        };
    }

    private static void write(Launch launch, FrameWriter out) {
        out.text(launch.attempt().text());
        out.text(launch.host());
        out.text(launch.program());
        out.list(launch.argv(), out::text);
        out.texts(launch.env());
        out.optional(launch.script(), out::text);
        out.list(
                launch.files().entrySet(),
                file -> {
                    out.text(file.getKey());
                    out.bytes(file.getValue());
                });
        out.list(
                launch.modes().entrySet(),
                mode -> {
                    out.text(mode.getKey());
                    out.whole(mode.getValue());
                });
        write(launch.layout(), out);
        out.flag(launch.resultWanted());
        out.list(launch.outputs(), output -> out.pair(output.parameter(), output.path()));
        out.list(launch.inputs(), out::text);
        out.optional(launch.deadline(), out::instant);
        out.whole(launch.grace().toMillis());
        out.optional(launch.problem(), out::text);
        out.optional(
                launch.daemon(),
                daemon -> {
                    out.text(daemon.address());
                    out.list(daemon.ports(), out::whole);
                    out.optional(daemon.readiness(), readiness -> Probes.write(readiness, out));
                });
        out.whole(launch.group().tries());
        out.whole(launch.group().pause().toMillis());
        out.list(
                launch.group().parts(),
                part -> {
                    out.text(part.name());
                    out.text(part.kind().name());
                    out.list(part.dependencies(), out::text);
                    write(part.launch(), out);
                });
    }

    private static Launch launch(FrameReader in) {
        return new Launch(
                attempt(in),
                in.text(),
                in.text(),
                in.list(in::text),
                in.texts(),
                in.optional(in::text),
                files(in),
                modes(in),
                layout(in),
                in.flag(),
                in.list(() -> new OutputFile(in.text(), in.text())),
                in.list(in::text),
                in.optional(in::instant),
                Duration.ofMillis(in.wholeLong()),
                in.optional(in::text),
                in.optional(() -> new Launch.Daemon(in.text(), in.list(in::whole), in.optional(() -> Probes.read(in)))),
                group(in));
    }

    private static Launch.Group group(FrameReader in) {
        int tries = in.whole();
        var pause = Duration.ofMillis(in.wholeLong());
        var parts = in.list(() -> new Launch.Part(in.text(), Kind.valueOf(in.text()), in.list(in::text), launch(in)));
        return parts.isEmpty() ? Launch.Group.NONE : new Launch.Group(parts, tries, pause);
    }

    private static void write(Layout layout, FrameWriter out) {
        out.flag(layout.isPrivate());
        out.text(layout.directory());
        out.list(
                layout.mounts(),
                mount -> {
                    out.text(mount.path());
                    write(mount.source(), out);
                    out.text(mount.part());
                    out.flag(mount.readOnly());
                });
        out.list(layout.named(), out::text);
    }

    private static void write(Layout.Source source, FrameWriter out) {
        switch (source) {
            case Layout.Source.Own(var volume) -> {
                out.tag(OWN);
                out.text(volume);
            }
            case Layout.Source.Memory(var volume, var bytes) -> {
                out.tag(MEMORY);
                out.text(volume);
                out.optional(bytes, limit -> out.whole(limit.longValue()));
            }
            case Layout.Source.Place(var path) -> {
                out.tag(PLACE);
                out.text(path.toString());
            }
        }
    }

    private static Layout layout(FrameReader in) {
        return new Layout(
                in.flag(),
                in.text(),
                in.list(() -> new Layout.Mount(in.text(), source(in), in.text(), in.flag())),
                in.list(in::text));
    }

    private static Layout.Source source(FrameReader in) {
        int tag = in.tag();
        return switch (tag) {
            case OWN -> new Layout.Source.Own(in.text());
            case MEMORY -> new Layout.Source.Memory(in.text(), in.optional(in::wholeLong));
            case PLACE -> new Layout.Source.Place(Path.of(in.text()));
            default -> throw new IllegalStateException("the runner does not know the server's volume " + tag);
        };
    }

    private static Map<String, Integer> modes(FrameReader in) {
        var modes = new LinkedHashMap<String, Integer>();
        in.list(() -> modes.put(in.text(), in.whole()));
        return modes;
    }

    private static Map<String, byte[]> files(FrameReader in) {
        var files = new LinkedHashMap<String, byte[]>();
        in.list(() -> files.put(in.text(), in.bytes()));
        return files;
    }
}
