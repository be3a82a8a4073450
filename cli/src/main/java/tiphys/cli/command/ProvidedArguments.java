package tiphys.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ParseResult;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;

/// What the command line said.
public record ProvidedArguments(ParseResult line) {
    public boolean flag(String name) {
        return line.matchedOptionValue(name, Boolean.FALSE);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(line.<String>matchedOptionValue(name, null));
    }

    public List<String> texts(String name) {
        return List.of(line.matchedOptionValue(name, new String[0]));
    }

    /// An argument by its place.
    public Optional<String> argument(int index) {
        return line.hasMatchedPositional(index)
                ? Optional.ofNullable(line.<String>matchedPositionalValue(index, null))
                : Optional.empty();
    }

    /// The arguments from a place on, which the form takes as a list.
    public List<String> arguments(int from) {
        return List.of(line.matchedPositionalValue(from, new String[0]));
    }

    public Optional<Duration> duration(String name) {
        return text(name)
                .map(text ->
                        Times.parse(text)
                                .orElseThrow(() ->
                                        usage(name + " wants a duration, but got \"" + text + "\"")
                                                .hint("write it as 90s, 5m or 1h30m")));
    }

    /// An instant, or how long ago it was.
    ///
    /// @param zone the one that days are meant in
    public Optional<Instant> instant(String name, Instant now, ZoneId zone) {
        return text(name)
                .map(text ->
                        Times.instant(text, now, zone)
                                .orElseThrow(() ->
                                        usage(name + " wants an instant, but got \"" + text + "\"")
                                                .hint(
                                                        "write it as 2026-11-24T14:00:00Z, 2026-11-24, or 30d for 30 days ago")));
    }

    public Optional<Integer> number(String name) {
        return text(name)
                .map(text -> {
                    if (!text.matches("[0-9]{1,9}")) {
                        throw usage(name + " wants a number, but got \"" + text + "\"");
                    }
                    return Integer.valueOf(text);
                });
    }

    /// `-o`, as one of the forms that the command has.
    public Output output(Output... forms) {
        var wanted = text("--output").orElse("");
        if (wanted.isEmpty()) {
            return Output.TABLE;
        }
        for (var form : forms) {
            if (form.word().equals(wanted)) {
                return form;
            }
        }
        var words = List.of(forms).stream().map(Output::word).toList();
        throw usage("-o cannot be \"" + wanted + "\"").hint("it may be " + String.join(", ", words));
    }

    public static CliError usage(String what) {
        return CliError.of(ExitCode.USAGE, "TIP-7101", what);
    }

    Screen.Color color() {
        var when = text("--color").orElse("auto");
        try {
            return Screen.Color.valueOf(when.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw usage("--color cannot be \"" + when + "\"").hint("it may be auto, always or never");
        }
    }

    public ServerPlace.Wanted server() {
        return new ServerPlace.Wanted(text("--server"), text("--data"));
    }
}
