package tiphys.cli.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.Manifests;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Question;

/// `delete KIND NAME…`, `delete KIND/NAME…`, `delete -f FILE`, `delete KIND --all | -l LABELS`. What takes many objects, or a
/// namespace with all that is in it, asks first where somebody can answer.
public final class Delete implements Verb {
    private record Doomed(Kinds kind, String namespace, String name) {
        String shown() {
            return kind.resource() + "/" + name;
        }
    }

    @Override
    public void form(Form form) {
        form.optionalArgument("KIND", "The kind, or KIND/NAME.")
                .arguments("NAME", "The names of the objects.")
                .options("-f,--filename", "FILE", "Deletes the objects of a file, a directory or stdin (-).")
                .option("-l,--selector", "LABELS", "Those with these labels.")
                .flag("--all", "All of the kind in the namespace.")
                .flag("--ignore-not-found", "An object that is not there is no error.")
                .flag("-y,--yes", "Does not ask.")
                .namespace()
                .output("name")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var output = given.output(Output.NAME);
        var doomed = doomed(given, session);
        boolean broad =
                given.flag("--all")
                        || given.text("--selector").isPresent()
                        || doomed.stream().anyMatch(one -> one.kind() == Kinds.NAMESPACE);
        if (doomed.isEmpty()) {
            session.screen().note("There is nothing to delete.");
            return ExitCode.OK;
        }
        if (broad && !given.flag("--yes") && session.screen().canAsk() && !agreed(session, doomed)) {
            session.screen().note("Nothing was deleted.");
            return ExitCode.FAILED;
        }
        var exit = ExitCode.OK;
        for (var one : doomed) {
            var answer = session.api().delete(one.kind().path(one.namespace(), one.name()));
            if (answer.status() == 404 && given.flag("--ignore-not-found")) {
                continue;
            }
            if (answer.status() == 404) {
                session.screen().error(Get.missing(session, one.kind(), one.namespace(), one.name()));
                exit = ExitCode.NOT_FOUND;
                continue;
            }
            session.api().expect(answer);
            session.screen()
                    .line(
                            output == Output.NAME
                                    ? one.shown()
                                    : one.kind().resource() + " \"" + one.name() + "\" deleted");
        }
        return exit;
    }

    private static List<Doomed> doomed(ProvidedArguments given, Session session) throws IOException {
        var doomed = new ArrayList<Doomed>();
        var files = given.texts("--filename");
        if (!files.isEmpty()) {
            for (var found : Manifests.read(session.around(), files, false)) {
                var kind = Apply.kind(found);
                doomed.add(new Doomed(kind, found.namespace(session.wantedNamespace()), found.name()));
            }
            Collections.reverse(doomed); // what needs others goes before them
            return doomed;
        }
        if (given.argument(0).isEmpty()) {
            throw ProvidedArguments.usage("delete wants objects: KIND NAME, KIND/NAME or -f FILE")
                    .fix("tiphys delete wf NAME");
        }
        for (var wanted : Get.wanted(given.argument(0).get(), given.arguments(1))) {
            var names = wanted.names();
            boolean selected = given.flag("--all") || given.text("--selector").isPresent();
            if (names.isEmpty() && selected) {
                names = listed(given, session, wanted.kind());
            } else if (names.isEmpty()) {
                throw ProvidedArguments.usage("delete wants the names of the objects, or --all")
                        .fix("tiphys delete " + wanted.kind().singular() + " NAME");
            }
            names.forEach(name -> doomed.add(new Doomed(wanted.kind(), session.namespace(), name)));
        }
        return doomed;
    }

    private static List<String> listed(ProvidedArguments given, Session session, Kinds kind) {
        var selector = given.text("--selector").map(labels -> "?labelSelector=" + Paths.part(labels)).orElse("");
        return session.api().get(kind.path(Optional.of(session.namespace())) + selector).listAt("items").stream()
                .map(item -> item.textAt("metadata", "name").orElse(""))
                .toList();
    }

    private static boolean agreed(Session session, List<Doomed> doomed) throws IOException {
        var screen = session.screen();
        doomed.stream().limit(10).forEach(one -> screen.note("  " + one.shown()));
        if (doomed.size() > 10) {
            screen.note("  and " + (doomed.size() - 10) + " more");
        }
        boolean namespace = doomed.stream().anyMatch(one -> one.kind() == Kinds.NAMESPACE);
        var what = doomed.size() == 1 ? "this" : "these " + doomed.size();
        var question = "Delete " + what + (namespace ? " and all that is inside" : "") + "?";
        return Question.agreed(session.around(), question);
    }
}
