package tiphys.process;

import static tiphys.process.Endings.text;
import static tiphys.process.Endings.texts;
import static tiphys.process.Endings.whole;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepReport;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The language between server and runner: frames of four bytes of length (big-endian) and that much JSON.
final class Wire {
    /// Of one frame; an order with big files must fit.
    private static final int MAX_FRAME_BYTES = 256 << 20;

    private Wire() {}

    /// An order whose attempt the engine believes to be under way.
    record UnderWay(AttemptId attempt, String host) {}

    /// What the server says.
    sealed interface ToRunner {
        record Start(Launch launch) implements ToRunner {}

        record Cancel(AttemptId attempt) implements ToRunner {}

        record Reconcile(List<UnderWay> attempts) implements ToRunner {}

        record Forget(List<AttemptId> attempts) implements ToRunner {}

        /// End when nothing is left to do.
        record Retire() implements ToRunner {}
    }

    /// What the runner says.
    sealed interface FromRunner {
        /// First of all.
        record Hello(long pid) implements FromRunner {}

        /// What became of attempts, in the order in which it happened.
        record Reports(List<StepReport> reports) implements FromRunner {}

        /// Why nothing starts now; empty: it does again.
        record Blocked(Optional<String> reason) implements FromRunner {}

        /// The connection is lost; never on the wire. Another one is being made.
        record Gone() implements FromRunner {}
    }

    static ByteBuffer frame(ToRunner message) {
        return frame(
                switch (message) {
                    case ToRunner.Start(var launch) -> Value.object("start", write(launch));
                    case ToRunner.Cancel(var attempt) -> Value.object("cancel", attempt.text());
                    case ToRunner.Reconcile(var attempts) ->
                            Value.object(
                                    "reconcile",
                                    attempts.stream()
                                            .map(one ->
                                                    Value.object("attempt", one.attempt().text(), "host", one.host()))
                                            .toList());
                    case ToRunner.Forget(var attempts) ->
                            Value.object("forget", attempts.stream().map(AttemptId::text).toList());
                    case ToRunner.Retire() -> Value.object("retire", true);
                });
    }

    static ByteBuffer frame(FromRunner message) {
        return frame(
                switch (message) {
                    case FromRunner.Hello(var pid) -> Value.object("hello", pid);
                    case FromRunner.Reports(var reports) ->
                            Value.object("reports", reports.stream().map(Endings::write).toList());
                    case FromRunner.Blocked(var reason) -> Value.object("blocked", reason.orElse(""));
                    case FromRunner.Gone() -> throw new IllegalStateException("a lost connection says nothing");
                });
    }

    static ToRunner toRunner(Value value) {
        var message = (Value.Mapping) value;
        var kind = message.fields().keySet().iterator().next();
        return switch (kind) {
            case "start" -> new ToRunner.Start(launch(message.mapAt("start")));
            case "cancel" -> new ToRunner.Cancel(new AttemptId(text(message, "cancel")));
            case "reconcile" ->
                    new ToRunner.Reconcile(
                            message.listAt("reconcile").stream()
                                    .map(one -> new UnderWay(new AttemptId(text(one, "attempt")), text(one, "host")))
                                    .toList());
            case "forget" ->
                    new ToRunner.Forget(
                            message.listAt("forget").stream().map(one -> new AttemptId(string(one))).toList());
            case "retire" -> new ToRunner.Retire();
            default -> throw new IllegalStateException("the runner knows no message " + kind);
        };
    }

    static FromRunner fromRunner(Value value) {
        var message = (Value.Mapping) value;
        var kind = message.fields().keySet().iterator().next();
        return switch (kind) {
            case "hello" -> new FromRunner.Hello(whole(message, "hello"));
            case "reports" -> new FromRunner.Reports(message.listAt("reports").stream().map(Endings::report).toList());
            case "blocked" -> new FromRunner.Blocked(message.textAt("blocked").filter(text -> !text.isEmpty()));
            default -> throw new IllegalStateException("the server knows no message " + kind);
        };
    }

    /// The next message; empty at the end of the stream.
    static Optional<Value> read(DataInputStream in) throws IOException {
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
        return Optional.of(Json.parse(bytes));
    }

    static void write(WritableByteChannel channel, ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private static ByteBuffer frame(Value value) {
        var bytes = Json.bytes(value);
        return ByteBuffer.allocate(bytes.length + Integer.BYTES).putInt(bytes.length).put(bytes).flip();
    }

    private static Value write(Launch launch) {
        var files = new LinkedHashMap<String, String>();
        launch.files().forEach((path, bytes) -> files.put(path, Base64.getEncoder().encodeToString(bytes)));
        var fields = new LinkedHashMap<String, Object>();
        fields.put("attempt", launch.attempt().text());
        fields.put("host", launch.host());
        fields.put("program", launch.program());
        fields.put("argv", launch.argv());
        fields.put("env", launch.env());
        fields.put("directory", launch.directory());
        launch.script().ifPresent(text -> fields.put("script", text));
        fields.put("files", files);
        fields.put("links", launch.links().stream().map(link -> List.of(link.path(), link.target())).toList());
        fields.put("resultWanted", launch.resultWanted());
        fields.put(
                "outputs",
                launch.outputs().stream().map(output -> List.of(output.parameter(), output.path())).toList());
        launch.deadline().ifPresent(at -> fields.put("deadline", at.toString()));
        fields.put("graceMillis", launch.grace().toMillis());
        launch.problem().ifPresent(text -> fields.put("problem", text));
        return Value.of(fields);
    }

    private static Launch launch(Value value) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        texts(value, "files").forEach((path, base64) -> files.put(path, Base64.getDecoder().decode(base64)));
        return new Launch(
                new AttemptId(text(value, "attempt")),
                text(value, "host"),
                text(value, "program"),
                value.listAt("argv").stream().map(Wire::string).toList(),
                texts(value, "env"),
                text(value, "directory"),
                value.textAt("script"),
                files,
                pairs(value.listAt("links")).stream().map(pair -> new Launch.Link(pair.get(0), pair.get(1))).toList(),
                value.find("resultWanted").equals(Optional.of(Value.bool(true))),
                pairs(value.listAt("outputs")).stream().map(pair -> new OutputFile(pair.get(0), pair.get(1))).toList(),
                Endings.instant(value, "deadline"),
                Duration.ofMillis(
                        value.find("graceMillis")
                                .map(found -> ((Value.Number) found).decimal().longValueExact())
                                .orElse(0L)),
                value.textAt("problem"));
    }

    private static List<List<String>> pairs(List<Value> values) {
        var pairs = new ArrayList<List<String>>();
        for (var value : values) {
            pairs.add(((Value.Sequence) value).items().stream().map(Wire::string).toList());
        }
        return pairs;
    }

    private static String string(Value value) {
        return ((Value.Text) value).value();
    }
}
