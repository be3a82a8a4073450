package tiphys.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tiphys.cli.server.Api;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// What a command works with: the screen, and the server once it is needed. Owned by one thread until the server is known.
public final class Session {
    static final String DEFAULT_NAMESPACE = "default";

    private final Surroundings around;
    private final ProvidedArguments given;
    private final Screen screen;
    private final ProgramBuild build;
    private @Nullable Api api;

    public Session(Surroundings around, ProvidedArguments given, ProgramBuild build) {
        this.around = around;
        this.given = given;
        this.build = build;
        this.screen = new Screen(around, given.color());
    }

    public Screen screen() {
        return screen;
    }

    public Surroundings around() {
        return around;
    }

    /// Which program this is.
    public ProgramBuild build() {
        return build;
    }

    /// The server.
    ///
    /// @throws CliError if there is none
    public Api api() {
        if (api == null) {
            api = new Api(ServerPlace.find(around, given.server()));
        }
        return api;
    }

    /// The namespace that the command is about.
    public String namespace() {
        return wantedNamespace().orElse(DEFAULT_NAMESPACE);
    }

    /// The namespace, if somebody named one.
    public Optional<String> wantedNamespace() {
        return given.text("--namespace").or(() -> around.variable("TIPHYS_NAMESPACE"));
    }

    /// Prints a value for a machine.
    public void print(Value value, Output output) {
        if (output == Output.YAML) {
            screen.out().print(Yaml.write(value).stripTrailing() + "\n");
        } else {
            screen.raw(Json.pretty(value));
        }
    }

    /// Prints a value as one line of a stream of JSON.
    public void printLine(Value value) {
        screen.raw(Json.write(value));
    }

    /// Says something if Ctrl-C ends the program before the returned thing is closed.
    public Interruption onInterrupt(String... lines) {
        return new Interruption(() -> {
            for (var line : lines) {
                screen.note(line);
            }
        });
    }

    /// The same with what is to be said found out then.
    public Interruption onInterrupt(Supplier<List<String>> lines) {
        return new Interruption(() -> lines.get().forEach(screen::note));
    }

    /// A message that waits for Ctrl-C.
    public static final class Interruption implements AutoCloseable {
        private final Thread message;

        Interruption(Runnable message) {
            this.message = new Thread(message, "on-interrupt");
            Runtime.getRuntime().addShutdownHook(this.message);
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(message);
            } catch (IllegalStateException e) {
                return; // the program is ending already, and the message is on its way
            }
        }
    }
}
