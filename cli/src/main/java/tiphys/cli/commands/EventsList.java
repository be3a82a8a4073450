package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Table;
import tiphys.cli.terminal.Times;

/// `events list`: what came in, and what became of it.
public final class EventsList implements Verb {
    private static final int USUAL = 20;
    private static final int PAGE = 200;
    private static final int WIDE = 120;
    private static final int LEAST_OF_ID = 13;
    private static final int FULL_ID = 36;

    @Override
    public void form(Form form) {
        form.option("--source", "SOURCE", "Only of this event source, or SOURCE/EVENT.")
                .option("--verdict", "VERDICT", "Only those: fired, waiting, filtered, failed, unheard.")
                .option("--limit", "NUMBER", "At most so many; 20 if nothing is said.")
                .namespace()
                .allNamespaces()
                .output("name, json (a line for each event)")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.NAME, Output.JSON);
        boolean everywhere = given.flag("--all-namespaces");
        var events = events(given, session, everywhere ? Optional.empty() : Optional.of(session.namespace()));
        if (output == Output.JSON) {
            events.forEach(event -> session.printLine(event.object()));
            return ExitCode.OK;
        }
        if (output == Output.NAME) {
            events.forEach(event -> session.screen().line(event.text("id")));
            return ExitCode.OK;
        }
        if (events.isEmpty()) {
            session.screen()
                    .note(
                            everywhere
                                    ? "There is no such event."
                                    : "There is no such event in namespace "
                                            + session.namespace()
                                            + "; -A looks in all.");
            return ExitCode.OK;
        }
        table(events, everywhere, session.screen()).show(session.screen());
        return ExitCode.OK;
    }

    private static List<Fields> events(ProvidedArguments given, Session session, Optional<String> namespace) {
        int wanted = given.number("--limit").orElse(USUAL);
        var filter = new StringBuilder();
        namespace.ifPresent(name -> filter.append("&namespace=").append(Paths.part(name)));
        var source = given.text("--source").orElse("");
        var eventName = source.contains("/") ? source.substring(source.indexOf('/') + 1) : "";
        source = source.contains("/") ? source.substring(0, source.indexOf('/')) : source;
        if (!source.isEmpty()) {
            filter.append("&eventSource=").append(Paths.part(source));
        }
        given.text("--verdict").ifPresent(verdict -> filter.append("&verdict=").append(Paths.part(verdict)));
        var events = new ArrayList<Fields>();
        long before = 0;
        do {
            int limit = Math.min(PAGE, wanted - events.size());
            var query = "?limit=" + limit + filter + (before > 0 ? "&before=" + before : "");
            var page = Fields.of(session.api().get(Paths.ROOT + "/events" + query));
            page.items("items").stream()
                    .filter(event -> eventName.isEmpty() || event.text("eventName").equals(eventName))
                    .forEach(events::add);
            before = page.number("next");
        } while (before > 0 && events.size() < wanted);
        return events;
    }

    private static Table table(List<Fields> events, boolean everywhere, Screen screen) {
        var table = new Table();
        table.column("TIME");
        if (everywhere) {
            table.column("NAMESPACE");
        }
        table.shrinking("SOURCE").column("ID").column("VERDICT").shrinking("OUTCOME");
        int idLength = idLength(events, screen);
        for (var event : events) {
            var verdict = event.text("verdict");
            table.row().cell(event.instant("at").map(at -> when(screen, at)).orElse(""), Ink.FAINT);
            if (everywhere) {
                table.cell(event.text("namespace"));
            }
            table.cell(event.text("eventSource") + "/" + event.text("eventName"))
                    .cell(shorter(event.text("id"), idLength))
                    .cell(screen.glyphs().phase(verdict) + " " + verdict, Ink.of(verdict));
            var runs = event.items("runs").stream().map(run -> run.text("name")).collect(Collectors.joining(","));
            table.cell(runs.isEmpty() ? event.text("summary") : runs);
        }
        return table;
    }

    /// How much of the ids is shown: all of it to machines and on wide screens, else as much as tells these apart.
    private static int idLength(List<Fields> events, Screen screen) {
        var ids = events.stream().map(event -> event.text("id")).toList();
        if (screen.width() >= WIDE) {
            return Integer.MAX_VALUE;
        }
        int length = LEAST_OF_ID;
        while (length < FULL_ID && !tellsApart(ids, length)) {
            length++;
        }
        return length;
    }

    private static boolean tellsApart(List<String> ids, int length) {
        return ids.stream().map(id -> shorter(id, length)).distinct().count() == ids.stream().distinct().count();
    }

    private static String shorter(String id, int length) {
        return id.length() <= length ? id : id.substring(0, length);
    }

    /// Today's events by the time, older ones with their day.
    static String when(Screen screen, java.time.Instant at) {
        var today = screen.now().atZone(screen.zone()).toLocalDate();
        return at.atZone(screen.zone()).toLocalDate().equals(today)
                ? screen.time(at)
                : Times.date(at, screen.zone()).substring(5, 16);
    }
}
