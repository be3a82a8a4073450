package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;

/// `__complete WORDS…`: what the last word may become, a line each. The shells call it; it never fails and never says why.
public final class Complete implements Verb {
    private static final int MOST = 100;

    private final CommandLine root;

    public Complete(CommandLine root) {
        this.root = root;
    }

    @Override
    public void form(Form form) {
        form.arguments("WORD", "The words after the program's name.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var words = given.arguments(0);
        var last = words.isEmpty() ? "" : words.getLast();
        candidates(words.isEmpty() ? words : words.subList(0, words.size() - 1), last, session)
                .filter(word -> word.startsWith(last))
                .distinct()
                .limit(MOST)
                .forEach(session.screen()::line);
        return ExitCode.OK;
    }

    private Stream<String> candidates(List<String> before, String last, Session session) {
        var command = root;
        var arguments = new ArrayList<String>();
        OptionSpec open = null;
        for (var word : before) {
            if (open != null) {
                open = null;
            } else if (word.startsWith("-") && !word.equals("-")) {
                var option = command.getCommandSpec().findOption(word);
                open = option != null && option.arity().max() > 0 ? option : null;
            } else if (arguments.isEmpty() && command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else {
                arguments.add(word);
            }
        }
        if (open != null) {
            return values(open.paramLabel(), open.longestName(), last, session);
        }
        if (last.startsWith("-")) {
            return command.getCommandSpec().options().stream().map(OptionSpec::longestName);
        }
        if (!command.getSubcommands().isEmpty()) {
            return command.getSubcommands().entrySet().stream()
                    .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
                    .map(Map.Entry::getKey);
        }
        int place = arguments.size();
        return command.getCommandSpec().positionalParameters().stream()
                .filter(argument -> argument.index().contains(place))
                .flatMap(argument -> argument(argument.paramLabel(), arguments, last, session));
    }

    private static Stream<String> argument(String label, List<String> arguments, String last, Session session) {
        return label.equals("NAME") && !arguments.isEmpty()
                ? quietly(() -> objects(Kinds.named(arguments.getFirst()), session))
                : values(label, "", last, session);
    }

    private static Stream<String> values(String label, String option, String last, Session session) {
        return switch (label) {
            case "KIND" -> Stream.of(Kinds.values()).map(Kinds::singular);
            case "FORMAT" -> Stream.of("json", "yaml", "name", "wide");
            case "WHEN" -> Stream.of("auto", "always", "never");
            case "VERDICT" -> Stream.of("fired", "waiting", "filtered", "failed", "unheard");
            case "SHELL" -> Stream.of("bash", "zsh", "fish");
            case "NS" -> quietly(() -> objects(Kinds.NAMESPACE, session));
            case "TEMPLATE" -> quietly(() -> objects(Kinds.WORKFLOW_TEMPLATE, session));
            case "EVENT" -> quietly(() -> events(session));
            case "RUN", "MORE", "RUN|RUN/NODE|EVENT|CODE" -> quietly(() -> runs(last, session));
            case "SOURCE/EVENT" -> quietly(() -> sources(session));
            case "NAME=VALUE", "URL", "DURATION", "LABELS", "LINES", "NUMBER", "TEXT", "JSON" -> Stream.empty();
            default -> option.isEmpty() ? Stream.empty() : Stream.of();
        };
    }

    private static Stream<String> runs(String last, Session session) {
        var names = new RunNames(session);
        int slash = last.indexOf('/');
        if (slash > 0) {
            var name = last.substring(0, slash);
            return names.run(name).nodes().stream()
                    .filter(node -> !node.isGroup())
                    .map(node -> name + "/" + node.label());
        }
        var runs = names.list(session.wantedNamespace(), last.startsWith("@") ? "" : last, MOST);
        return Stream.concat(Stream.of("@latest"), runs.stream().map(RunView::name));
    }

    private static Stream<String> objects(Kinds kind, Session session) {
        return session.api().get(kind.path(session.wantedNamespace())).listAt("items").stream()
                .map(item -> item.textAt("metadata", "name").orElse(""));
    }

    private static Stream<String> events(Session session) {
        var events = Fields.of(session.api().get(Paths.ROOT + "/events?limit=50")).items("items");
        return Stream.concat(Stream.of("@latest"), events.stream().map(event -> event.text("id")));
    }

    private static Stream<String> sources(Session session) {
        var namespace = "?namespace=" + Paths.part(session.namespace());
        return Fields.of(session.api().get(Paths.ROOT + "/flow" + namespace)).items("sources").stream()
                .map(source -> source.text("eventSource") + "/" + source.text("eventName"));
    }

    /// Where no server answers there are no names: completion has nowhere to say so.
    private static Stream<String> quietly(java.util.function.Supplier<Stream<String>> names) {
        try {
            return names.get();
        } catch (CliError e) {
            return Stream.empty();
        }
    }
}
