package tiphys.cli.commands;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.ObjectWatch;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Table;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Value;

/// `get KIND[,KIND…] [NAME…]`, `get KIND/NAME…`: objects as the server's table, or whole.
public final class Get implements Verb {
    /// What is wanted of one kind; no names are all.
    record Wanted(Kinds kind, List<String> names) {}

    @Override
    public void form(Form form) {
        form.argument("KIND", "The kind, or KIND/NAME: wf, wftmpl, es, sensor, eventbus, cm, secret, sa, …")
                .arguments("NAME", "The names of the objects; none are all.")
                .flag("-w,--watch", "Goes on to show the rows of objects that change.")
                .option("--timeout", "DURATION", "With -w: ends after so long.")
                .option("-l,--selector", "LABELS", "Only those with these labels: a=b,c!=d.")
                .namespace()
                .allNamespaces()
                .output("wide, name, json, yaml")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var output = given.output(Output.WIDE, Output.NAME, Output.JSON, Output.YAML);
        var wanted = wanted(given.argument(0).orElse(""), given.arguments(1));
        boolean everywhere = given.flag("--all-namespaces");
        var namespace = everywhere ? Optional.<String>empty() : Optional.of(session.namespace());
        var selector = given.text("--selector").map(labels -> "?labelSelector=" + Paths.part(labels)).orElse("");
        if (given.flag("--watch")) {
            return watch(given, session, wanted, namespace, output);
        }
        if (output == Output.TABLE || output == Output.WIDE) {
            return tables(session, wanted, namespace, selector, output);
        }
        var objects = new ArrayList<Value>();
        for (var one : wanted) {
            if (one.names().isEmpty()) {
                objects.addAll(items(session.api().get(one.kind().path(namespace) + selector), one.kind()));
            }
            for (var name : one.names()) {
                objects.add(whole(session, one.kind(), session.namespace(), name));
            }
        }
        if (output == Output.NAME) {
            for (var object : objects) {
                var kind = Kinds.of(object).map(Kinds::resource).orElse("");
                session.screen().line(kind + "/" + object.textAt("metadata", "name").orElse(""));
            }
        } else {
            boolean single = wanted.size() == 1 && wanted.getFirst().names().size() == 1;
            session.print(single ? objects.getFirst() : list(objects), output);
        }
        return ExitCode.OK;
    }

    static List<Wanted> wanted(String first, List<String> more) {
        var wanted = new ArrayList<Wanted>();
        if (first.contains("/")) {
            var all = new ArrayList<>(List.of(first));
            all.addAll(more);
            for (var address : all) {
                int slash = address.indexOf('/');
                if (slash < 1) {
                    throw ProvidedArguments.usage(
                            "after KIND/NAME only further KIND/NAME may come, but got \"" + address + "\"");
                }
                var kind = Kinds.named(address.substring(0, slash));
                wanted.add(new Wanted(kind, List.of(address.substring(slash + 1))));
            }
            return wanted;
        }
        for (var kind : first.split(",", -1)) {
            wanted.add(new Wanted(Kinds.named(kind), more));
        }
        return wanted;
    }

    private static Value list(List<Value> objects) {
        return Value.object("apiVersion", "v1", "kind", "List", "items", objects);
    }

    /// A list's items say no kind of their own in some servers.
    private static List<Value> items(Value list, Kinds kind) {
        var version = list.textAt("apiVersion").orElse("");
        return list.listAt("items").stream()
                .map(item ->
                        item instanceof Value.Mapping map && map.find("kind").isEmpty()
                                ? map.with("apiVersion", version).with("kind", kind.kind())
                                : item)
                .toList();
    }

    private static Value whole(Session session, Kinds kind, String namespace, String name) {
        var found = session.api().find(kind.path(namespace, name));
        return found.orElseThrow(() -> missing(session, kind, namespace, name));
    }

    /// The error for an object that is not there, with the one that may have been meant.
    static CliError missing(Session session, Kinds kind, String namespace, String name) {
        var in = kind.namespaced() ? " in namespace " + namespace : "";
        var error =
                CliError.of(
                        ExitCode.NOT_FOUND, "TIP-7301", "there is no " + kind.singular() + " \"" + name + "\"" + in);
        var names = new ArrayList<String>();
        for (var item : session.api().get(kind.path(Optional.empty())).listAt("items")) {
            var other = item.textAt("metadata", "name").orElse("");
            var where = item.textAt("metadata", "namespace").orElse("");
            if (other.equals(name)) {
                return error.fix("tiphys get " + kind.singular() + " " + name + " -n " + where);
            }
            names.add(other);
        }
        return DidYouMean.nearest(name, names)
                .map(near -> error.hint("did you mean \"" + near + "\"?"))
                .orElseGet(() -> error.fix("tiphys get " + kind.singular() + (kind.namespaced() ? " -A" : "")));
    }

    private static ExitCode tables(
            Session session, List<Wanted> wanted, Optional<String> namespace, String selector, Output output) {
        var screen = session.screen();
        int shown = 0;
        for (var one : wanted) {
            var answers = new ArrayList<Fields>();
            if (one.names().isEmpty()) {
                answers.add(Fields.of(session.api().table(one.kind().path(namespace) + selector)));
            }
            for (var name : one.names()) {
                whole(session, one.kind(), session.namespace(), name);
                answers.add(Fields.of(session.api().table(one.kind().path(session.namespace(), name))));
            }
            var everywhere = namespace.isEmpty() && one.kind().namespaced();
            var table = table(answers, everywhere, wanted.size() > 1 ? one.kind().resource() + "/" : "", output);
            if (!table.isEmpty()) {
                if (shown++ > 0) {
                    screen.line("");
                }
                table.show(screen);
            } else if (wanted.size() == 1) {
                screen.note(
                        "There is no "
                                + one.kind().singular()
                                + namespace
                                        .filter(_ -> one.kind().namespaced())
                                        .map(name -> " in namespace " + name)
                                        .orElse("")
                                + (namespace.isPresent() && one.kind().namespaced() ? "; -A looks in all." : "."));
            }
        }
        if (shown == 0 && wanted.size() > 1) {
            screen.note("There is none of these; -A looks in all namespaces.");
        }
        return ExitCode.OK;
    }

    private static ExitCode watch(
            ProvidedArguments given, Session session, List<Wanted> wanted, Optional<String> namespace, Output output)
            throws InterruptedException {
        var one = wanted.getFirst();
        if (wanted.size() > 1 || one.names().size() > 1 || (output != Output.TABLE && output != Output.WIDE)) {
            throw ProvidedArguments.usage("-w shows a table of one kind, of all objects or of one")
                    .fix("tiphys get " + one.kind().singular() + " -w");
        }
        var query = new ArrayList<String>();
        given.text("--selector").ifPresent(labels -> query.add("labelSelector=" + Paths.part(labels)));
        one.names().forEach(name -> query.add("fieldSelector=" + Paths.part("metadata.name=" + name)));
        var path = one.kind().path(namespace) + (query.isEmpty() ? "" : "?" + String.join("&", query));
        var first = Fields.of(session.api().table(path));
        var everywhere = namespace.isEmpty() && one.kind().namespaced();
        var table = table(List.of(first), everywhere, "", output);
        table.showFirst(session.screen());
        var columns = first.items("columnDefinitions");
        var limit = given.duration("--timeout").orElse(Duration.ofDays(365));
        new ObjectWatch(session.api(), path, first.in("metadata").text("resourceVersion"), limit)
                .follow(change -> {
                    rows(table, columns, change, everywhere, "", output);
                    table.showMore(session.screen());
                });
        return ExitCode.OK;
    }

    private static Table table(List<Fields> answers, boolean everywhere, String prefix, Output output) {
        var table = new Table();
        if (answers.isEmpty()) {
            return table;
        }
        if (everywhere) {
            table.column("NAMESPACE");
        }
        var columns = answers.getFirst().items("columnDefinitions");
        for (var column : columns) {
            if (isShown(column, output)) {
                var title = column.text("name").toUpperCase(java.util.Locale.ROOT);
                boolean free = title.equals("MESSAGE") || column.number("priority") > 0;
                if (free) {
                    table.shrinking(title);
                } else {
                    table.column(title);
                }
            }
        }
        answers.forEach(answer -> rows(table, columns, answer, everywhere, prefix, output));
        return table;
    }

    private static void rows(
            Table table, List<Fields> columns, Fields answer, boolean everywhere, String prefix, Output output) {
        for (var row : answer.items("rows")) {
            table.row();
            if (everywhere) {
                table.cell(row.in("object").in("metadata").text("namespace"));
            }
            row(table, columns, row.object().listAt("cells"), prefix, output);
        }
    }

    private static void row(Table table, List<Fields> columns, List<Value> cells, String prefix, Output output) {
        for (int i = 0; i < columns.size(); i++) {
            if (isShown(columns.get(i), output)) {
                var text = i < cells.size() ? Fields.plain(cells.get(i)) : "";
                boolean state = columns.get(i).text("name").matches("(?i)status|phase|ready");
                table.cell(i == 0 ? prefix + text : text, state ? Ink.of(text) : Ink.PLAIN);
            }
        }
    }

    private static boolean isShown(Fields column, Output output) {
        return output == Output.WIDE || column.number("priority") == 0;
    }
}
