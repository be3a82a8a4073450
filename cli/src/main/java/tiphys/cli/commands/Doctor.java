package tiphys.cli.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;
import tiphys.manifest.Value;

/// `doctor`: looks for what is wrong and says what to do. It looks at the server; the program that hosts this command adds
/// its own checks.
public final class Doctor implements Verb {
    /// How a finding is to be taken.
    public enum Health {
        OK,
        DOUBT,
        BAD
    }

    /// One thing that was looked at.
    ///
    /// @param subject what was looked at, one or two words
    /// @param remedy what to do; empty if nothing has to be done
    public record Finding(Health health, String subject, String text, String remedy) {
        /// A finding that is fine.
        public static Finding ok(String subject, String text) {
            return new Finding(Health.OK, subject, text, "");
        }
    }

    /// Looks at one part of the world.
    @FunctionalInterface
    public interface Check {
        /// What it found; it throws nothing for what is merely wrong.
        ///
        /// @param data the data directory that is meant; it may not be there
        List<Finding> look(Path data);
    }

    private final List<Check> checks;

    public Doctor(List<Check> checks) {
        this.checks = checks;
    }

    @Override
    public void form(Form form) {
        form.output("json").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var findings = new ArrayList<>(server(session, given));
        var data = ServerPlace.dataDirectory(session.around(), given.text("--data"));
        checks.forEach(check -> findings.addAll(check.look(data)));
        if (output == Output.JSON) {
            session.print(json(findings), output);
        } else {
            show(session.screen(), findings);
        }
        boolean bad = findings.stream().anyMatch(finding -> finding.health() == Health.BAD);
        return bad ? ExitCode.FAILED : ExitCode.OK;
    }

    private static Value json(List<Finding> findings) {
        return Value.object(
                "items",
                findings.stream()
                        .map(finding ->
                                Value.object(
                                        "health",
                                        finding.health().name().toLowerCase(java.util.Locale.ROOT),
                                        "subject",
                                        finding.subject(),
                                        "text",
                                        finding.text(),
                                        "remedy",
                                        finding.remedy()))
                        .toList());
    }

    private static void show(Screen screen, List<Finding> findings) {
        int width = findings.stream().mapToInt(finding -> Cells.width(finding.subject())).max().orElse(0) + 2;
        for (var finding : findings) {
            var ink =
                    switch (finding.health()) {
                        case OK -> Ink.GOOD;
                        case DOUBT -> Ink.DOUBT;
                        case BAD -> Ink.BAD;
                    };
            var sign = screen.paint(ink, screen.glyphs().phase(finding.health().name()));
            var before = " " + sign + " " + Cells.fill(finding.subject(), width);
            screen.lines(screen.wrapped(before, width + 3, finding.text()));
            if (!finding.remedy().isEmpty()) {
                screen.line(" ".repeat(width + 3) + screen.glyphs().arrow + " " + finding.remedy());
            }
        }
        long bad = findings.stream().filter(finding -> finding.health() == Health.BAD).count();
        long doubts = findings.stream().filter(finding -> finding.health() == Health.DOUBT).count();
        if (bad + doubts > 0) {
            screen.note(count(bad, "error") + ", " + count(doubts, "warning"));
        }
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static List<Finding> server(Session session, ProvidedArguments given) {
        var findings = new ArrayList<Finding>();
        try {
            long begin = System.nanoTime();
            var status = Fields.of(session.api().get(Paths.ROOT + "/status?sizes=true"));
            long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            var place = session.api().place();
            findings.add(
                    Finding.ok(
                            "server",
                            status.text("version") + " at " + place.url() + " answers within " + took + " ms"));
            if (!status.text("version").equals(session.build().version())) {
                findings.add(
                        new Finding(
                                Health.DOUBT,
                                "version",
                                "this program is "
                                        + session.build().version()
                                        + ", the server "
                                        + status.text("version"),
                                "tiphys down, then tiphys up"));
            }
            executor(status.in("executor"), findings);
            for (var aside : status.items("quarantined")) {
                findings.add(aside(Status.subject(aside), aside.text("reason"), aside.text("stream")));
            }
            for (var flaw : status.in("settings").object().listAt("problems")) {
                findings.add(
                        new Finding(
                                Health.DOUBT,
                                "settings",
                                Fields.plain(flaw),
                                "kubectl edit configmap workflow-controller-configmap -n NAMESPACE"));
            }
            sizes(status, findings);
            findings.addAll(Retained.of(status).findings());
        } catch (CliError e) {
            var directory = ServerPlace.dataDirectory(session.around(), given.text("--data"));
            boolean none = e.code().equals("TIP-7001") || e.code().equals("TIP-7003");
            findings.add(
                    new Finding(none ? Health.DOUBT : Health.BAD, "server", e.what(), none ? "tiphys up" : e.remedy()));
            if (Files.isDirectory(directory)) {
                findings.add(Finding.ok("data", directory + " holds " + Times.bytes(size(directory))));
            }
        }
        return findings;
    }

    /// Something that is set aside.
    public static Finding aside(String subject, String reason, String stream) {
        return new Finding(Health.BAD, "set aside", subject + " is " + reason, "tiphys repair " + stream);
    }

    private static void executor(Fields executor, List<Finding> findings) {
        var engine = executor.text("engine");
        var text =
                executor.text("kind")
                        + (engine.isEmpty() ? "" : " with " + engine)
                        + ": "
                        + count(executor.number("running"), "step")
                        + " running, "
                        + executor.number("waiting")
                        + " waiting";
        var blocked = executor.text("blocked");
        findings.add(
                blocked.isEmpty()
                        ? Finding.ok("executor", text)
                        : new Finding(Health.BAD, "executor", text + "; " + blocked, ""));
    }

    private static void sizes(Fields status, List<Finding> findings) {
        var directory = status.text("dataDirectory");
        var disk = status.in("disk");
        if (disk.has("databaseBytes")) {
            findings.add(
                    Finding.ok(
                            "data",
                            directory
                                    + " holds "
                                    + Times.bytes(disk.number("databaseBytes"))
                                    + " of database and "
                                    + Times.bytes(disk.number("logBytes"))
                                    + " of step output; "
                                    + Times.bytes(disk.number("freeBytes"))
                                    + " are free"));
        } else if (!directory.isEmpty() && Files.isDirectory(Path.of(directory))) {
            findings.add(Finding.ok("data", directory + " holds " + Times.bytes(size(Path.of(directory)))));
        }
        findings.add(
                Finding.ok(
                        "store",
                        count(status.in("runs").number("total"), "run")
                                + ", "
                                + count(status.in("events").number("total"), "event")
                                + ", journal at "
                                + status.number("head")));
    }

    private static long size(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // files come and go while they are counted
        }
    }
}
