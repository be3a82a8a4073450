package tiphys.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import tiphys.cli.command.ProgramBuild;
import tiphys.cli.server.FakeServer;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Somebody at a terminal, or a pipe, who types commands: streams, environment and clock of a test.
public final class Desk {
    public static final Instant NOW = Instant.parse("2026-11-24T14:03:00Z");

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean terminal;
    private int columns = 80;
    private String input = "";

    /// What a command did.
    public record Done(int exit, String out, String err) {}

    public Desk(Path directory) {
        this.directory = directory;
        environment.put("HOME", directory.toString());
        environment.put("TIPHYS_DATA", directory.toString());
    }

    /// A desk whose data directory has the file of a running server.
    public static Desk at(Path directory, FakeServer server) throws IOException {
        var desk = new Desk(directory);
        desk.serverFile(
                Value.object(
                        "url",
                        server.address(),
                        "plain",
                        server.address(),
                        "token",
                        FakeServer.TOKEN,
                        "pid",
                        ProcessHandle.current().pid()));
        return desk;
    }

    public void serverFile(Value content) throws IOException {
        Files.write(directory.resolve(ServerPlace.FILE), Json.bytes(content));
    }

    public Desk with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Desk without(String variable) {
        environment.remove(variable);
        return this;
    }

    public Desk terminal(int width) {
        terminal = true;
        columns = width;
        return this;
    }

    Desk typing(String text) {
        input = text;
        return this;
    }

    Path directory() {
        return directory;
    }

    public Surroundings surroundings() {
        return new Surroundings(
                environment,
                directory,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Surroundings.Terminals(terminal, terminal, terminal),
                () -> columns,
                InstantSource.fixed(NOW),
                () -> ZoneOffset.UTC);
    }

    public Done run(String... line) {
        var words = Commands.arranged(line);
        out.reset();
        err.reset();
        var root = new CommandLine(CommandSpec.create().name("tiphys"));
        new Commands(surroundings(), new ProgramBuild("0.1.0", "0123abc", "2026-11-24T12:00:00Z"), List.of())
                .addTo(root, words);
        int exit = root.execute(words);
        return new Done(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
