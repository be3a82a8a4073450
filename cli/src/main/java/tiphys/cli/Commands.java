package tiphys.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tiphys.cli.command.Form;
import tiphys.cli.command.LineErrors;
import tiphys.cli.command.ProgramBuild;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.commands.Apply;
import tiphys.cli.commands.ArtifactsGet;
import tiphys.cli.commands.ArtifactsList;
import tiphys.cli.commands.Complete;
import tiphys.cli.commands.Completion;
import tiphys.cli.commands.CronBackfill;
import tiphys.cli.commands.CronGet;
import tiphys.cli.commands.CronList;
import tiphys.cli.commands.CronSteer;
import tiphys.cli.commands.Delete;
import tiphys.cli.commands.Doctor;
import tiphys.cli.commands.Down;
import tiphys.cli.commands.EventsGet;
import tiphys.cli.commands.EventsList;
import tiphys.cli.commands.EventsReplay;
import tiphys.cli.commands.EventsSend;
import tiphys.cli.commands.EventsSources;
import tiphys.cli.commands.EventsWhatIf;
import tiphys.cli.commands.Explain;
import tiphys.cli.commands.Get;
import tiphys.cli.commands.Images;
import tiphys.cli.commands.Locks;
import tiphys.cli.commands.Logs;
import tiphys.cli.commands.Open;
import tiphys.cli.commands.Repair;
import tiphys.cli.commands.Resubmit;
import tiphys.cli.commands.SetNode;
import tiphys.cli.commands.Status;
import tiphys.cli.commands.Steer;
import tiphys.cli.commands.Submit;
import tiphys.cli.commands.Version;
import tiphys.cli.commands.Watch;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Surroundings;
import tiphys.cli.terminal.Visible;
import tiphys.manifest.InvalidInput;

/// All commands that talk to a server, for the program's root command.
public final class Commands {
    private static final String EVENTS = "events";
    private static final String CRON = "cron";
    private static final String ARTIFACTS = "artifacts";

    private static final String IMAGES = "images";

    /// Commands that have commands below them.
    private static final Set<String> GROUPS = Set.of(EVENTS, CRON, ARTIFACTS, IMAGES);

    private static final String COMPLETE = "__complete";

    /// Options that may stand before the command's name with a word behind them, and alone.
    private static final Set<String> EARLY =
            Set.of("--server", "--data", "-n", "--namespace", "-o", "--output", "--color");

    private static final Set<String> EARLY_ALONE = Set.of("-A", "--all-namespaces");

    private final Surroundings around;
    private final ProgramBuild build;
    private final List<Doctor.Check> checks;
    private final List<Entry> moreOfEvents = new ArrayList<>();

    private record Entry(String name, String summary, Supplier<Verb> verb) {}

    /// @param build which program this is
    /// @param checks what `doctor` looks at beside the server
    public Commands(Surroundings around, ProgramBuild build, List<Doctor.Check> checks) {
        this.around = around;
        this.build = build;
        this.checks = List.copyOf(checks);
    }

    /// Adds the commands, and makes the root report every error in the form and with the exit code that users know. Call it
    /// after the root's own commands were added. If the words name a command, only that one is built: building all of them
    /// would cost more time than most of them take.
    ///
    /// @param words the command line
    public void addTo(CommandLine root, String... words) {
        var named = new HashSet<>(List.of(words));
        boolean ownCommand = words.length > 0 && root.getSubcommands().containsKey(words[0]);
        var wanted = entries().stream().filter(entry -> named.contains(entry.name())).toList();
        boolean grouped = GROUPS.stream().anyMatch(named::contains);
        if (named.contains(COMPLETE) || (wanted.isEmpty() && !ownCommand && !grouped)) {
            wanted = entries();
        }
        wanted.forEach(entry -> root.addSubcommand(entry.name(), command(entry)));
        boolean all = wanted.size() == entries().size();
        if (all || named.contains(EVENTS)) {
            root.addSubcommand(EVENTS, group(EVENTS, "Shows, replays and sends events.", eventEntries()));
        }
        if (all || named.contains(CRON)) {
            root.addSubcommand(CRON, group(CRON, "Shows and steers CronWorkflows.", cronEntries()));
        }
        if (all || named.contains(ARTIFACTS)) {
            root.addSubcommand(ARTIFACTS, group(ARTIFACTS, "Lists and fetches artifacts of runs.", artifactEntries()));
        }
        if (all || named.contains(IMAGES)) {
            root.addSubcommand(IMAGES, group(IMAGES, "Says which programs stand for which images.", imageEntries()));
        }
        if (named.contains(COMPLETE)) {
            var complete = command(new Entry(COMPLETE, "Completes a command line.", () -> new Complete(root)));
            complete.getCommandSpec().usageMessage().hidden(true);
            root.addSubcommand(COMPLETE, complete);
        }
        new Form(root.getCommandSpec()).common();
        reportErrors(root);
    }

    /// The words of a line in the order in which picocli wants them: options that every command knows may stand before the
    /// command's name, too, and go behind it.
    public static String[] arranged(String... words) {
        int first = 0;
        while (first < words.length && (EARLY.contains(name(words[first])) || EARLY_ALONE.contains(words[first]))) {
            first += EARLY.contains(words[first]) ? 2 : 1;
        }
        int command = Math.min(words.length, first + (first < words.length && GROUPS.contains(words[first]) ? 2 : 1));
        if (first == 0 || first >= words.length || words[first].startsWith("-")) {
            return words;
        }
        var all = List.of(words);
        var arranged = new ArrayList<>(all.subList(first, command));
        arranged.addAll(all.subList(0, first));
        arranged.addAll(all.subList(command, words.length));
        return arranged.toArray(String[]::new);
    }

    /// `--data` of `--data=DIR`, `-n` of `-nNS`.
    private static String name(String word) {
        return word.startsWith("--") ? word.replaceFirst("=.*", "") : word.substring(0, Math.min(2, word.length()));
    }

    private CommandLine group(String name, String summary, List<Entry> entries) {
        var group = new CommandLine(describe(CommandSpec.create().name(name), summary));
        entries.forEach(entry -> group.addSubcommand(entry.name(), command(entry)));
        new Form(group.getCommandSpec()).common();
        return group;
    }

    /// Adds a command of the program's own, before [#addTo].
    public void add(CommandLine root, String name, String summary, Supplier<Verb> verb) {
        root.addSubcommand(name, command(new Entry(name, summary, verb)));
    }

    /// Adds a command of the program's own below `events`, before [#addTo].
    public void addToEvents(String name, String summary, Supplier<Verb> verb) {
        moreOfEvents.add(new Entry(name, summary, verb));
    }

    /// Adds a command that no help shows.
    public void addHidden(CommandLine root, String name, Supplier<Verb> verb) {
        var command = command(new Entry(name, name, verb));
        command.getCommandSpec().usageMessage().hidden(true);
        root.addSubcommand(name, command);
    }

    private List<Entry> entries() {
        return List.of(
                new Entry("status", "Says what the server is doing.", Status::new),
                new Entry("open", "Opens the UI in a browser.", Open::new),
                new Entry("apply", "Creates or changes objects from manifests.", Apply::new),
                new Entry("get", "Shows objects.", Get::new),
                new Entry("delete", "Deletes objects.", Delete::new),
                new Entry("submit", "Starts a run of a template or a manifest.", Submit::new),
                new Entry("locks", "Lists mutexes and semaphores, with who holds them and who waits.", Locks::new),
                new Entry("watch", "Follows a run as a tree until it ends.", Watch::new),
                new Entry("logs", "Prints the output of steps.", Logs::new),
                new Entry("explain", "Tells why: the story of a run, a step, an event or a code.", Explain::new),
                new Entry("stop", "Ends a run; its exit handler runs.", () -> new Steer(Steer.Way.STOP)),
                new Entry(
                        "terminate",
                        "Ends a run at once, without its exit handler.",
                        () -> new Steer(Steer.Way.TERMINATE)),
                new Entry("suspend", "Holds a run: no new step starts.", () -> new Steer(Steer.Way.SUSPEND)),
                new Entry("resume", "Lets a suspended run or step go on.", () -> new Steer(Steer.Way.RESUME)),
                new Entry("set", "Gives a suspended step its outputs, a message or an end.", SetNode::new),
                new Entry("retry", "Runs the failed steps of a run again.", () -> new Steer(Steer.Way.RETRY)),
                new Entry("resubmit", "Runs the Workflow of a run again, under a new name.", Resubmit::new),
                new Entry("doctor", "Looks for what is wrong and says what to do.", () -> new Doctor(checks)),
                new Entry("repair", "Lets what was set aside go on.", Repair::new),
                new Entry("down", "Ends the server in order.", Down::new),
                new Entry("version", "Says which version this is, and the server's.", Version::new),
                new Entry("completion", "Prints the completion for a shell.", Completion::new));
    }

    private List<Entry> eventEntries() {
        var entries = new ArrayList<>(ownEventEntries());
        entries.addAll(moreOfEvents);
        return entries;
    }

    private static List<Entry> ownEventEntries() {
        return List.of(
                new Entry("list", "Lists events, the newest first.", EventsList::new),
                new Entry("get", "Shows an event and why it fired or did not.", EventsGet::new),
                new Entry("sources", "Lists where events come in, and what is wrong there.", EventsSources::new),
                new Entry("send", "Gives an event to an event source, as a test.", EventsSend::new),
                new Entry("replay", "Gives an event, or all of a range, to the sensors again.", EventsReplay::new),
                new Entry("whatif", "Says what a sensor would have done with recorded events.", EventsWhatIf::new));
    }

    private static List<Entry> cronEntries() {
        return List.of(
                new Entry("list", "Lists CronWorkflows with their last and next times.", CronList::new),
                new Entry("get", "Shows one, when it is due, and what was decided.", CronGet::new),
                new Entry("suspend", "Starts no run until it is resumed.", () -> new CronSteer(CronSteer.Way.SUSPEND)),
                new Entry("resume", "Lets it start runs again.", () -> new CronSteer(CronSteer.Way.RESUME)),
                new Entry("trigger", "Starts a run now.", () -> new CronSteer(CronSteer.Way.TRIGGER)),
                new Entry("backfill", "Makes up for runs that were due earlier.", CronBackfill::new),
                new Entry(
                        "delete", "Deletes it and the runs that it made.", () -> new CronSteer(CronSteer.Way.DELETE)));
    }

    private static List<Entry> artifactEntries() {
        return List.of(
                new Entry("list", "Lists what the steps of a run were given and made.", ArtifactsList::new),
                new Entry("get", "Fetches an artifact, or shows what is in it.", ArtifactsGet::new));
    }

    private static List<Entry> imageEntries() {
        return List.of(
                new Entry("list", "Lists the rules, your own first.", () -> new Images(Images.Way.LIST)),
                new Entry("add", "Has a program stand for an image.", () -> new Images(Images.Way.ADD)),
                new Entry("remove", "Removes a rule of your own.", () -> new Images(Images.Way.REMOVE)),
                new Entry("check", "Says what stands for an image.", () -> new Images(Images.Way.CHECK)));
    }

    private CommandLine command(Entry entry) {
        var action = new Action();
        var spec = CommandSpec.wrapWithoutInspection(action);
        describe(spec.name(entry.name()), entry.summary());
        var verb = entry.verb().get();
        var form = new Form(spec);
        verb.form(form);
        form.common();
        var command = new CommandLine(spec);
        action.begin(command, verb);
        return command;
    }

    private static CommandSpec describe(CommandSpec spec, String summary) {
        spec.usageMessage().description(summary).abbreviateSynopsis(true);
        return spec;
    }

    /// What picocli calls when the command's line was understood.
    private final class Action implements Callable<Integer> {
        private Callable<Integer> action = ExitCode.USAGE::number;

        void begin(CommandLine command, Verb verb) {
            action = () -> execute(command, verb);
        }

        @Override
        public Integer call() throws Exception {
            return action.call();
        }
    }

    private int execute(CommandLine command, Verb verb) throws IOException, InterruptedException {
        var given = new ProvidedArguments(command.getParseResult());
        return verb.run(given, new Session(around, given, build)).number();
    }

    private void reportErrors(CommandLine root) {
        root.setOut(Visible.writer(around.out()));
        root.setErr(Visible.writer(around.err()));
        root.setUnmatchedOptionsArePositionalParams(false);
        root.setParameterExceptionHandler((exception, _) -> {
            var error = LineErrors.of(exception);
            screen().error(error);
            return error.exit().number();
        });
        root.setExecutionExceptionHandler((exception, _, line) -> report(exception, screen(line)));
        root.setExecutionStrategy(line -> {
            var last = last(line);
            boolean group = !last.commandSpec().subcommands().isEmpty() && !last.isUsageHelpRequested();
            if (group && !(last.commandSpec().userObject() instanceof Callable)) {
                last.commandSpec().commandLine().usage(root.getErr());
                return ExitCode.USAGE.number();
            }
            return new CommandLine.RunLast().execute(line);
        });
    }

    private static ParseResult last(ParseResult line) {
        return line.hasSubcommand() ? last(line.subcommand()) : line;
    }

    /// Prints what ended a command, and says with which code.
    ///
    /// @throws Exception if it is a bug, which nobody should tidy away
    private static int report(Exception exception, Screen screen) throws Exception {
        if (exception instanceof InvalidInput input) {
            screen.invalid(input);
            return ExitCode.USAGE.number();
        }
        var error =
                switch (exception) {
                    case CliError known -> known;
                    case IOException io ->
                            CliError.of(ExitCode.FAILED, "TIP-7009", "reading or writing failed")
                                    .why(io.getClass().getSimpleName() + ": " + io.getMessage());
                    default -> throw exception;
                };
        screen.error(error);
        return error.exit().number();
    }

    private Screen screen() {
        return new Screen(around, Screen.Color.AUTO);
    }

    /// The screen in the colours that the line wants; a line that wants nonsense gets the usual ones for being told so.
    private Screen screen(ParseResult line) {
        var wanted = last(line).matchedOptionValue("--color", "auto");
        return switch (wanted) {
            case "always" -> new Screen(around, Screen.Color.ALWAYS);
            case "never" -> new Screen(around, Screen.Color.NEVER);
            default -> screen();
        };
    }
}
