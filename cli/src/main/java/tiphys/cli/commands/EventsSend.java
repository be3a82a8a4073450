package tiphys.cli.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// `events send SOURCE/EVENT`: gives an event source a payload as if it had come from outside.
public final class EventsSend implements Verb {
    private static final int MAX_BYTES = 16 << 20;

    @Override
    public void form(Form form) {
        form.argument("SOURCE/EVENT", "The event source and the event of it, such as webhook/trigger.")
                .option("-d,--data-json", "JSON", "The payload; @FILE reads a file, - stdin. Else {}.")
                .namespace()
                .output("name, json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var output = given.output(Output.NAME, Output.JSON);
        var address = given.argument(0).orElse("");
        var parts = address.split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw ProvidedArguments.usage("send wants SOURCE/EVENT, but got \"" + address + "\"")
                    .fix("tiphys events send webhook/trigger -d '{\"model\":\"resnet\"}'");
        }
        var payload = Json.parse(bytes(session, given.text("--data-json").orElse("{}")));
        var path =
                Paths.ROOT
                        + "/namespaces/"
                        + Paths.part(session.namespace())
                        + "/eventsources/"
                        + Paths.part(parts[0])
                        + "/"
                        + Paths.part(parts[1])
                        + "/send";
        var id = session.api().post(path, payload).textAt("id").orElse("");
        if (output == Output.JSON) {
            session.printLine(Value.object("id", id));
        } else {
            session.screen().line(output == Output.NAME ? id : "event " + id + " accepted");
            if (output == Output.TABLE) {
                session.screen().note("  see what became of it   tiphys events get " + id);
            }
        }
        return ExitCode.OK;
    }

    private static byte[] bytes(Session session, String data) throws IOException {
        if (data.equals("-")) {
            return session.around().in().readNBytes(MAX_BYTES);
        }
        if (!data.startsWith("@")) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        var file = session.around().directory().resolve(data.substring(1));
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException e) {
            throw CliError.of(ExitCode.NOT_FOUND, "TIP-7304", "there is no file \"" + data.substring(1) + "\"");
        }
    }
}
