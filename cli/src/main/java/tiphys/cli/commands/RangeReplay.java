package tiphys.cli.commands;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Question;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Table;
import tiphys.cli.terminal.Times;
import tiphys.manifest.Value;

/// Gives all events of a range to the sensors again: a plan first, then step by step at a rate, for as long as the command runs.
/// What fired already is passed over, unless a name says otherwise; so it may be interrupted and repeated.
final class RangeReplay {
    private static final int USUAL_RATE = 50;
    private static final int LARGEST_STEP = 200;
    private static final Duration TELL = Duration.ofSeconds(3);
    private static final Duration HELD_BACK = Duration.ofSeconds(1);

    /// The words for what became of events, and what the plan calls them.
    private static final Map<String, String> WORDS = words();

    private final ProvidedArguments given;
    private final Session session;
    private final Screen screen;
    private final Output output;
    private final EventRange range;
    private final Optional<String> again;
    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private final AtomicLong events = new AtomicLong();
    private volatile String upTo = "";

    RangeReplay(ProvidedArguments given, Session session, Output output) {
        this.given = given;
        this.session = session;
        this.screen = session.screen();
        this.output = output;
        this.range = EventRange.of(given, session);
        this.again = given.text("--again");
    }

    static void form(Form form) {
        form.option("--rate", "NUMBER", "At most so many events a second; 50 if nothing is said, 0 for no limit.")
                .option("--again", "NAME", "Also those that fired already: for each NAME once.")
                .flag("--dry-run", "Shows the plan, and does nothing.");
    }

    private static Map<String, String> words() {
        var words = new LinkedHashMap<String, String>();
        words.put("fired", "FIRE");
        words.put("waiting", "WAIT");
        words.put("filtered", "FILTERED");
        words.put("failed", "FAIL");
        words.put("firedBefore", "FIRED BEFORE");
        words.put("doneBefore", "DONE BEFORE");
        words.put("toCome", "TO COME");
        return words;
    }

    ExitCode run() throws IOException, InterruptedException {
        var body = again.isPresent() ? range.json().with("again", again.get()) : range.json();
        var plan = Fields.of(session.api().post(Paths.ROOT + "/replays/plan", body));
        boolean only = given.flag("--dry-run");
        if (only && output == Output.JSON) {
            session.printLine(plan.object());
            return ExitCode.OK;
        }
        show(plan);
        long total = plan.number("events");
        if (only || total == 0 || plan.items("triggers").isEmpty() || !agreed(total)) {
            return only || total == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
        replay(body.with("head", Value.number(plan.number("head"))), total);
        if (output == Output.JSON) {
            session.printLine(Value.object("events", events.get(), "counts", counts));
        } else {
            screen.line("replayed " + told(total));
        }
        long refused = counts.getOrDefault("failed", 0L) + counts.getOrDefault("refused", 0L);
        return refused == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void show(Fields plan) {
        var triggers = plan.items("triggers");
        var most = plan.flag("complete") ? "" : "at least ";
        screen.note(
                most
                        + events(plan.number("events"))
                        + " "
                        + when()
                        + (triggers.isEmpty() ? "; no sensor listens to them" : ""));
        if (triggers.isEmpty()) {
            return;
        }
        var shown =
                WORDS.keySet().stream()
                        .filter(word -> triggers.stream().anyMatch(one -> one.in("counts").number(word) > 0))
                        .toList();
        var table = new Table().shrinking("SENSOR/TRIGGER").column("EVENTS");
        WORDS.entrySet().stream()
                .filter(word -> shown.contains(word.getKey()))
                .forEach(word -> table.column(word.getValue()));
        for (var trigger : triggers) {
            table.row().cell(trigger.text("sensor") + "/" + trigger.text("trigger")).cell(trigger.text("events"));
            for (var word : shown) {
                table.cell(Long.toString(trigger.in("counts").number(word)), ink(word));
            }
        }
        table.lines(screen).forEach(screen::note);
        triggers.stream()
                .filter(trigger -> !trigger.text("message").isEmpty())
                .forEach(trigger -> screen.note("  " + trigger.text("trigger") + ": " + trigger.text("message")));
        if (!plan.flag("complete")) {
            screen.note(
                    "The plan looked at the events up to " + plan.text("upTo") + "; the replay goes on to the end.");
        }
    }

    private static Ink ink(String word) {
        return switch (word) {
            case "fired" -> Ink.GOOD;
            case "failed" -> Ink.BAD;
            default -> Ink.PLAIN;
        };
    }

    private String when() {
        var from = range.since().equals(Instant.EPOCH) ? "" : "from " + Times.date(range.since(), screen.zone()) + " ";
        return from + "to " + Times.date(range.to(), screen.zone());
    }

    private static String events(long number) {
        return number + (number == 1 ? " event" : " events");
    }

    private boolean agreed(long total) throws IOException {
        if (given.flag("--yes")) {
            return true;
        }
        if (!screen.canAsk()) {
            throw CliError.of(ExitCode.FAILED, "TIP-7210", "nobody can be asked whether to replay " + events(total))
                    .hint("--yes replays them without asking");
        }
        boolean agreed = Question.agreed(session.around(), "Give them to the sensors?");
        if (!agreed) {
            screen.note("Nothing was replayed.");
        }
        return agreed;
    }

    private void replay(Value.Mapping body, long total) throws InterruptedException {
        int rate = given.number("--rate").orElse(USUAL_RATE);
        int most = rate == 0 ? LARGEST_STEP : Math.clamp(rate / 2, 1, LARGEST_STEP);
        long begun = System.nanoTime();
        long told = begun;
        long after = 0;
        try (var _ = session.onInterrupt(() -> interrupted(total))) {
            for (boolean more = true; more; ) {
                var step =
                        Fields.of(
                                session.api()
                                        .post(
                                                Paths.ROOT + "/replays/step",
                                                body.with("after", Value.number(after))
                                                        .with("most", Value.number(most))));
                add(step);
                boolean heldBack = step.flag("heldBack");
                after = step.number("next");
                more = heldBack || after > 0;
                if (heldBack) {
                    TimeUnit.MILLISECONDS.sleep(HELD_BACK.toMillis()); // many runs are live
                }
                if (System.nanoTime() - told > TELL.toNanos()) {
                    told = System.nanoTime();
                    screen.note("  " + told(total));
                }
                if (rate > 0 && more) {
                    long due = begun + events.get() * TimeUnit.SECONDS.toNanos(1) / rate;
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                }
            }
        } catch (CliError e) {
            interrupted(total).forEach(screen::note);
            throw e;
        }
    }

    private void add(Fields step) {
        step.in("counts")
                .object()
                .fields()
                .keySet()
                .forEach(word -> counts.merge(word, step.in("counts").number(word), Long::sum));
        counts.merge("refused", step.number("refused"), Long::sum);
        events.addAndGet(step.number("events"));
        upTo = step.text("at").isEmpty() ? upTo : step.text("at");
    }

    private String told(long total) {
        var parts =
                Stream.concat(WORDS.keySet().stream(), Stream.of("refused"))
                        .filter(word -> counts.getOrDefault(word, 0L) > 0)
                        .map(word -> counts.get(word) + " " + words(word))
                        .collect(Collectors.joining(", "));
        return events.get() + " of " + events(total) + (parts.isEmpty() ? "" : ": " + parts);
    }

    private static String words(String count) {
        return switch (count) {
            case "firedBefore" -> "fired before";
            case "doneBefore" -> "done before";
            case "toCome" -> "still to come by themselves";
            default -> count;
        };
    }

    private List<String> interrupted(long total) {
        var from = upTo.isEmpty() ? range.since() : Instant.parse(upTo);
        var words = String.join(" ", range.words(from)) + again.map(name -> " --again " + name).orElse("");
        return List.of(
                "Interrupted after " + told(total) + ".",
                "  go on, nothing fires twice   tiphys events replay " + words);
    }
}
