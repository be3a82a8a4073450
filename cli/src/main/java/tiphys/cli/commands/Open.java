package tiphys.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Value;

/// `open [RUN]`: opens the UI in a browser by a link that logs in once.
public final class Open implements Verb {
    @Override
    public void form(Form form) {
        form.optionalArgument("RUN", "The run to look at; else the start page.")
                .flag("--print", "Only prints the link.")
                .namespace()
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var page = given.argument(0).map(name -> new RunNames(session).run(name)).map(Open::page);
        var api = session.api();
        var ticket = api.post(Paths.ROOT + "/tickets", Value.Mapping.EMPTY).textAt("path").orElse("/");
        var address = api.place().plain().orElse(api.place().url()).toString();
        var url = address + ticket + page.map(path -> "&page=" + Paths.part(path)).orElse("");
        session.screen().line(url);
        var opener = opener(session.around());
        if (!given.flag("--print") && session.screen().live() && opener.isPresent()) {
            start(opener.get(), url, session.screen());
        } else if (session.screen().live()) {
            session.screen().note("The link logs in once, within ten minutes.");
        }
        return ExitCode.OK;
    }

    private static String page(RunView run) {
        return "/workflows/" + Paths.part(run.namespace()) + "/" + Paths.part(run.name());
    }

    private static Optional<String> opener(Surroundings around) {
        if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac")) {
            return Optional.of("open");
        }
        boolean desktop = around.variable("DISPLAY").or(() -> around.variable("WAYLAND_DISPLAY")).isPresent();
        return desktop ? Optional.of("xdg-open") : Optional.empty();
    }

    private static void start(String opener, String url, Screen screen) throws InterruptedException {
        try {
            var process =
                    new ProcessBuilder(List.of(opener, url))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor(3, TimeUnit.SECONDS) && process.exitValue() != 0) {
                screen.note("The browser could not be opened; open the link yourself. It logs in once.");
            }
        } catch (IOException e) {
            screen.note("There is no " + opener + " here; open the link yourself. It logs in once.");
        }
    }
}
