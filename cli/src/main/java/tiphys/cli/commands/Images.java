package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Table;
import tiphys.manifest.Value;

/// `images list|add|remove|check`: which programs of the host stand for which images. Rules that somebody makes are rows of a ConfigMap,
/// for all namespaces or, with `-n`, for one; a run keeps those with which it began.
public final class Images implements Verb {
    private static final String NAME = "tiphys-images";
    private static final String EVERYWHERE = "kube-system";
    private static final String KEY = "rules";
    private static final int TRIES = 5;

    /// What is done.
    public enum Way {
        LIST,
        ADD,
        REMOVE,
        CHECK
    }

    private final Way way;

    public Images(Way way) {
        this.way = way;
    }

    @Override
    public void form(Form form) {
        switch (way) {
            case LIST -> form.output("json (a line for each)");
            case ADD ->
                    form.argument("IMAGE", "The last part of the image's name, without its tag; * fits anything.")
                            .argument("PROGRAM", "The program that is started when a template names no command.")
                            .option("--language", "NAME", "python or node: the interpreter of this machine is meant.")
                            .option("--also", "NAMES", "What a command may call the program, separated by commas.")
                            .flag("--entry", "The program is the image's entry point: arguments alone are added to it.")
                            .flag("--busybox", "The image's programs are those of a busybox.");
            case REMOVE -> form.argument("IMAGE", "As the rule has it.");
            case CHECK -> form.argument("IMAGE", "An image.").arguments("MORE", "More images.");
        }
        form.namespace().server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        return switch (way) {
            case LIST -> list(given, session);
            case ADD -> add(given, session);
            case REMOVE -> remove(given, session);
            case CHECK -> check(given, session);
        };
    }

    private static ExitCode list(ProvidedArguments given, Session session) {
        var rules = Fields.of(session.api().get(path(session, ""))).items("items");
        if (given.output(Output.JSON) == Output.JSON) {
            rules.forEach(rule -> session.printLine(rule.object()));
            return ExitCode.OK;
        }
        var table =
                new Table()
                        .column("IMAGE")
                        .column("PROGRAM")
                        .column("LANGUAGE")
                        .column("ALSO")
                        .column("")
                        .column("FROM");
        for (var rule : rules) {
            var row = List.of(rule.text("rule").split("\\s+", 5));
            table.row();
            for (int i = 0; i < 5; i++) {
                table.cell(i < row.size() && !row.get(i).equals("-") ? row.get(i) : "");
            }
            table.cell(rule.text("from"), rule.text("from").equals("built-in") ? Ink.FAINT : Ink.PLAIN);
        }
        table.show(session.screen());
        return ExitCode.OK;
    }

    private static String path(Session session, String image) {
        return Paths.ROOT
                + "/images?namespace="
                + Paths.part(session.namespace())
                + (image.isEmpty() ? "" : "&image=" + Paths.part(image));
    }

    private static ExitCode check(ProvidedArguments given, Session session) {
        var images = new ArrayList<String>();
        given.argument(0).ifPresent(images::add);
        images.addAll(given.arguments(1));
        var exit = ExitCode.OK;
        for (var image : images) {
            var found = Fields.of(session.api().get(path(session, image)));
            var problem = found.text("problem");
            if (problem.isEmpty()) {
                session.screen().line(image + ": " + found.text("program") + ", by the rule " + found.text("rule"));
            } else {
                session.screen().line(image + ": " + session.screen().paint(Ink.BAD, problem));
                exit = ExitCode.FAILED;
            }
        }
        return exit;
    }

    private static ExitCode add(ProvidedArguments given, Session session) {
        var image = word("IMAGE", given.argument(0).orElse(""));
        var more = new ArrayList<String>();
        if (given.flag("--busybox")) {
            more.add("busybox");
        }
        if (given.flag("--entry")) {
            more.add("entry");
        }
        var language = given.text("--language").orElse("-");
        if (!List.of("-", "python", "node").contains(language)) {
            throw ProvidedArguments.usage("--language is python or node, not " + language);
        }
        var row =
                String.join(
                                " ",
                                image,
                                word("PROGRAM", given.argument(1).orElse("")),
                                language,
                                word("--also", given.text("--also").orElse("-")),
                                String.join(",", more))
                        .strip();
        change(
                session,
                rows -> {
                    rows.removeIf(one -> isOf(one, image));
                    rows.addFirst(row);
                    return true;
                });
        session.screen().line("image rule added: " + row);
        return ExitCode.OK;
    }

    private static String word(String what, String text) {
        if (text.isEmpty()
                || text.chars().anyMatch(Character::isWhitespace)
                || text.contains(":")
                || text.startsWith("#")) {
            throw ProvidedArguments.usage(what + " is one word without a tag, not \"" + text + "\"")
                    .fix("tiphys images add 'my-tools*' /opt/tools/run");
        }
        return text;
    }

    private static boolean isOf(String row, String image) {
        return row.strip().split("\\s+", 2)[0].equals(image);
    }

    private static ExitCode remove(ProvidedArguments given, Session session) {
        var image = given.argument(0).orElse("");
        if (!change(session, rows -> rows.removeIf(one -> isOf(one, image)))) {
            throw CliError.of(ExitCode.NOT_FOUND, "TIP-7301", "there is no image rule \"" + image + "\" of your own")
                    .fix("tiphys images list");
        }
        session.screen().line("image rule removed: " + image);
        return ExitCode.OK;
    }

    @FunctionalInterface
    private interface Change {
        /// @return whether there was something to change
        boolean of(List<String> rows);
    }

    /// Changes the rows as they are now: if somebody else was faster it is done anew.
    private static boolean change(Session session, Change change) {
        var namespace = session.wantedNamespace().orElse(EVERYWHERE);
        var path = Kinds.CONFIG_MAP.path(namespace, NAME);
        for (int tries = 1; true; tries++) {
            var found = session.api().find(path);
            var rows = new ArrayList<>(found.flatMap(map -> map.textAt("data", KEY)).orElse("").lines().toList());
            if (!change.of(rows)) {
                return false;
            }
            var text = String.join("\n", rows) + "\n";
            var answer =
                    found.isPresent()
                            ? session.api().attemptPatch(path, patch(found.get(), text))
                            : session.api()
                                    .attempt(
                                            "POST",
                                            Kinds.CONFIG_MAP.path(Optional.of(namespace)),
                                            fresh(namespace, text));
            if (answer.status() != 409 || tries == TRIES) {
                session.api().expect(answer);
                return true;
            }
        }
    }

    /// Refused if the ConfigMap is not as it was read.
    private static Value patch(Value found, String text) {
        return Value.object(
                "metadata",
                Value.object("resourceVersion", found.textAt("metadata", "resourceVersion").orElse(null)),
                "data",
                Value.object(KEY, text));
    }

    private static Value fresh(String namespace, String text) {
        return Value.object(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Value.object("name", NAME, "namespace", namespace),
                "data",
                Value.object(KEY, text));
    }
}
