package tiphys.cli.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;

/// `artifacts get RUN|RUN/NODE [NAME]`: the bytes of one artifact, into a file; `--list` shows what is in it.
public final class ArtifactsGet implements Verb {
    @Override
    public void form(Form form) {
        form.argument("RUN", "The run, or RUN/NODE for one step.")
                .optionalArgument("NAME", "The artifact's name; needed if there is more than one.")
                .flag("--input", "What the step was given, not what it made.")
                .flag("--list", "Shows what is in it.")
                .option("--part", "PATH", "Only that file of it.")
                .option("--to", "FILE", "Where it goes; - is standard output. Else a file of its own name here.")
                .namespace()
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var address = given.argument(0).orElse("");
        var side = given.flag("--input") ? "inputs" : "outputs";
        var all =
                ArtifactsList.of(session, address).stream()
                        .filter(one -> one.text("side").equals(side))
                        .filter(one -> given.argument(1).map(one.text("name")::equals).orElse(true))
                        .toList();
        var one = only(all, address);
        var run = new RunNames(session).target(address).run();
        var path =
                Paths.run(run.namespace(), run.name())
                        + "/nodes/"
                        + Paths.part(one.text("node"))
                        + "/artifacts/"
                        + side
                        + "/"
                        + Paths.part(one.text("name"));
        if (given.flag("--list")) {
            for (var item : Fields.of(session.api().get(path + "/items")).items("items")) {
                session.screen().line(item.text("path") + (item.has("bytes") ? "  " + item.number("bytes") : ""));
            }
            return ExitCode.OK;
        }
        var part = given.text("--part");
        var query = part.map(name -> "?part=" + Paths.part(name)).orElse("");
        var name = part.map(text -> text.substring(text.lastIndexOf('/') + 1)).orElse(one.text("file"));
        var to = given.text("--to").orElse(name.replaceAll("[/\\x00]", "_"));
        if (to.equals("-")) {
            session.api().fetch(path + query, session.around().out());
            session.around().out().flush();
        } else {
            long bytes = fetch(session, path + query, Path.of(to));
            session.screen().note(to + ": " + bytes + " bytes");
        }
        return ExitCode.OK;
    }

    private static Fields only(List<Fields> all, String address) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        var names =
                all.stream()
                        .map(one -> one.text("nodeName") + "  " + one.text("name"))
                        .limit(20)
                        .collect(Collectors.joining("\n"));
        throw CliError.of(
                        ExitCode.USAGE,
                        "TIP-7204",
                        all.isEmpty()
                                ? "there is no such artifact of " + address
                                : all.size() + " artifacts of " + address + " are meant")
                .why(names)
                .hint("tiphys artifacts list " + address + "   names them; RUN/NODE and NAME choose one");
    }

    /// Into a file that is there when it is whole.
    private static long fetch(Session session, String path, Path to) {
        var draft = to.resolveSibling(to.getFileName() + ".part");
        try {
            long bytes;
            try (OutputStream out = Files.newOutputStream(draft)) {
                bytes = session.api().fetch(path, out);
            }
            Files.move(draft, to, StandardCopyOption.REPLACE_EXISTING);
            return bytes;
        } catch (IOException e) {
            throw CliError.of(ExitCode.USAGE, "TIP-7205", to + " cannot be written: " + e.getMessage())
                    .hint("choose another file with --to");
        } finally {
            deleted(draft);
        }
    }

    private static void deleted(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            System.getLogger(ArtifactsGet.class.getName()).log(System.Logger.Level.DEBUG, "a draft stays: {0}", e);
        }
    }
}
