package tiphys.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// `tiphys lint FILE|DIR…`: looks for mistakes in manifests without a server. Ends with 0 if there are no errors, 1 if there are, 2 if
/// the command line is wrong.
final class LintCommand implements Verb {
    @Override
    public void form(Form form) {
        form.arguments("FILE", "Manifests, directories of them, or - for stdin.");
        form.output("json");
        form.option(
                "--target",
                "NAME",
                "Where the workflows are to run: process or container. Without files, lists what is honoured there.");
        form.flag("--strict", "Warnings count as errors.");
        form.flag("--offline", "Accepted for the sake of scripts: no server is ever asked.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var places = given.arguments(0);
        var target = given.text("--target");
        if (target.isPresent() && !List.of("process", "container").contains(target.get())) {
            throw usage("--target cannot be \"" + target.get() + "\"").hint("it may be process or container");
        }
        if (target.isPresent() && places.isEmpty()) {
            var parity = target.get().equals("container") ? Parity.inContainers() : Parity.workflows();
            session.screen().lines(parity.lines());
            session.screen().lines(Parity.events().lines());
            return ExitCode.OK;
        }
        if (places.isEmpty()) {
            throw usage("lint needs a file or a directory").hint("tiphys lint FILE|DIR…, or - for stdin");
        }
        var format = given.text("--output").orElse("");
        if (!format.isEmpty() && !format.equals("json")) {
            throw usage("-o cannot be \"" + format + "\"").hint("it may be json");
        }
        var sources = read(places, session);
        var report = Lint.check(sources);
        if (format.equals("json")) {
            session.screen().raw(Json.pretty(Value.list(report.findings().stream().map(LintCommand::json).toList())));
        } else {
            show(report, sources, session.screen());
        }
        boolean clean = report.errors() == 0 && (report.warnings() == 0 || !given.flag("--strict"));
        return clean ? ExitCode.OK : ExitCode.FAILED;
    }

    private static CliError usage(String what) {
        return CliError.of(ExitCode.USAGE, "TIP-7101", what);
    }

    private static List<Lint.Source> read(List<String> places, Session session) throws IOException {
        var sources = new ArrayList<Lint.Source>();
        for (var place : places) {
            if (place.equals("-")) {
                sources.add(new Lint.Source("stdin", session.around().in().readNBytes(Yaml.MAX_BYTES + 1)));
                continue;
            }
            var directory = session.around().directory();
            try {
                for (var file : ManifestFiles.files(directory.resolve(place))) {
                    sources.add(new Lint.Source(shown(place, directory, file), bytes(file)));
                }
            } catch (NoSuchFileException e) {
                throw CliError.of(ExitCode.USAGE, "TIP-6011", "there is no file or directory " + place);
            }
        }
        if (sources.isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7305", "there is no manifest in " + String.join(", ", places))
                    .hint("manifests are files that end in .yaml, .yml or .json");
        }
        return sources;
    }

    /// One byte more than is read, so that a file that is too long is told to be.
    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(Yaml.MAX_BYTES + 1);
        }
    }

    private static String shown(String place, Path directory, Path file) {
        return Path.of(place).isAbsolute() ? file.toString() : directory.relativize(file).toString();
    }

    /// Shows findings with the lines that they are about.
    static void show(List<Diagnostic> findings, List<Lint.Source> sources, Screen screen) {
        Map<String, Lint.Source> byName = new HashMap<>();
        sources.forEach(source -> byName.putIfAbsent(source.name(), source));
        var text =
                screen.diagnostics(name ->
                        Optional.ofNullable(byName.get(name))
                                .map(source -> new String(source.bytes(), StandardCharsets.UTF_8)));
        findings.forEach(found -> screen.lines(text.lines(found)));
    }

    private static void show(Lint.Report report, List<Lint.Source> sources, Screen screen) {
        show(report.findings(), sources, screen);
        var of = " in " + count(report.objects(), "object") + " of " + count(sources.size(), "file");
        if (report.findings().isEmpty()) {
            screen.line(screen.paint(Ink.GOOD, "No findings") + of + ".");
            return;
        }
        var counts = new ArrayList<String>();
        if (report.errors() > 0) {
            counts.add(screen.paint(Ink.BAD, count(report.errors(), "error")));
        }
        if (report.warnings() > 0) {
            counts.add(screen.paint(Ink.DOUBT, count(report.warnings(), "warning")));
        }
        var code = report.findings().getFirst().code();
        screen.line(String.join(", ", counts) + of + ". More about a code: tiphys explain " + code);
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static Value.Mapping json(Diagnostic found) {
        return Value.object(
                "code",
                found.code(),
                "severity",
                found.severity().name().toLowerCase(Locale.ROOT),
                "message",
                found.message(),
                "file",
                found.source(),
                "line",
                found.at().line(),
                "column",
                found.at().column(),
                "path",
                found.path(),
                "hint",
                found.hint().orElse(""));
    }
}
