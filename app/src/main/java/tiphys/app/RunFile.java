package tiphys.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// `tiphys run FILE`: runs a workflow to its end with no server, follows it, and says by the exit code how it went.
final class RunFile implements Verb {
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final int LINES = 20;

    @Override
    public void form(Form form) {
        form.argument("FILE", "A manifest with one Workflow, or one WorkflowTemplate, and what it needs.");
        form.options("-p,--parameter", "NAME=VALUE", "A parameter of the workflow.");
        form.option("--entrypoint", "TEMPLATE", "Another template to begin with.");
        form.option("--timeout", "DURATION", "Stop waiting after this long; the steps are ended.");
        form.flag("--no-output", "Do not show what the steps printed.");
        ExecutorOption.form(form);
        form.namespace();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var file = Path.of(given.argument(0).orElseThrow());
        var objects = Applying.read(file);
        var workflow = workflow(objects, file, given);
        var choice = ExecutorOption.read(given);
        var data = new TemporaryDirectory("tiphys-run");
        try (var core =
                StartupErrors.open(
                        () -> Core.open(data.path(), Core.Steps.INSIDE, choice, StartupErrors::flushFailed))) {
            var screen = session.screen();
            var applying = new Applying(core.objects(), session.namespace(), _ -> {});
            for (var object : objects) {
                if (!object.is(ResourceTypes.WORKFLOW)) {
                    applying.apply(object);
                }
            }
            var stored = applying.apply(workflow);
            var ended =
                    new LocalRunFollower(core)
                            .follow(
                                    screen,
                                    stored.namespace(),
                                    stored.name(),
                                    given.duration("--timeout").orElse(FOREVER));
            var run = ended.orElseThrow(() -> new IllegalStateException(stored.name() + " has no run"));
            if (!run.phase().equals("Succeeded") && run.ended() && run.nodes().isEmpty()) {
                showFlaws(file);
            }
            if (!given.flag("--no-output")) {
                new StepOutput(core, screen).show(run, LINES);
            }
            return exit(run, session);
        } finally {
            data.delete();
        }
    }

    /// A run that was refused before its first step is refused for what its file says: the places there tell more.
    ///
    /// @throws InvalidInput if the linter finds why
    private static void showFlaws(Path place) throws IOException {
        var sources = new ArrayList<Lint.Source>();
        for (var file : ManifestFiles.files(place)) {
            sources.add(new Lint.Source(file.toString(), Files.readAllBytes(file)));
        }
        var errors =
                Lint.check(sources).findings().stream()
                        .filter(found -> found.severity() == Diagnostic.Severity.ERROR)
                        .toList();
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    private static ExitCode exit(RunView run, Session session) {
        var screen = session.screen();
        if (!run.ended()) {
            screen.note("The run did not end in time, and is ended now.");
            return ExitCode.TIMED_OUT;
        }
        if (run.phase().equals("Succeeded")) {
            return ExitCode.OK;
        }
        screen.note(
                screen.paint(Ink.BAD, run.name() + " " + run.phase())
                        + (run.message().isEmpty() ? "" : ": " + run.message()));
        return ExitCode.FAILED;
    }

    private static ManifestFiles.Found workflow(List<ManifestFiles.Found> objects, Path file, ProvidedArguments given) {
        var workflows = objects.stream().filter(one -> one.is(ResourceTypes.WORKFLOW)).toList();
        var templates = objects.stream().filter(one -> one.is(ResourceTypes.WORKFLOW_TEMPLATE)).toList();
        ManifestFiles.Found found;
        if (workflows.size() == 1) {
            found = workflows.getFirst();
        } else if (workflows.isEmpty() && templates.size() == 1) {
            found = templates.getFirst().with(of(templates.getFirst().object()));
        } else {
            throw CliError.of(
                            ExitCode.USAGE,
                            "TIP-6030",
                            file
                                    + " holds "
                                    + workflows.size()
                                    + " Workflows and "
                                    + templates.size()
                                    + " WorkflowTemplates")
                    .hint("it must hold one Workflow, or no Workflow and one WorkflowTemplate");
        }
        var object = found.object();
        var spec = object.spec();
        if (given.text("--entrypoint").isPresent()) {
            spec = spec.with("entrypoint", given.text("--entrypoint").get());
        }
        spec = spec.with("arguments", withParameters(spec.mapAt("arguments"), parameters(given)));
        return found.with(new ApiObject(object.type(), object.json().with("spec", spec)));
    }

    private static ApiObject of(ApiObject template) {
        var json =
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        Value.object("generateName", template.name() + "-", "namespace", template.namespace()),
                        "spec",
                        Value.object("workflowTemplateRef", Value.object("name", template.name())));
        return new ApiObject(ResourceTypes.WORKFLOW, json);
    }

    private static Map<String, String> parameters(ProvidedArguments given) {
        var parameters = new LinkedHashMap<String, String>();
        for (var pair : given.texts("--parameter")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw CliError.of(ExitCode.USAGE, "TIP-6031", "-p wants NAME=VALUE, but got \"" + pair + "\"");
            }
            parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return parameters;
    }

    private static Value.Mapping withParameters(Value.Mapping arguments, Map<String, String> given) {
        var left = new LinkedHashMap<>(given);
        var parameters = new ArrayList<Value>();
        for (var parameter : arguments.listAt("parameters")) {
            var name = parameter.textAt("name").orElse("");
            var value = left.remove(name);
            parameters.add(
                    value != null && parameter instanceof Value.Mapping map ? map.with("value", value) : parameter);
        }
        left.forEach((name, value) -> parameters.add(Value.object("name", name, "value", value)));
        return arguments.with("parameters", Value.list(parameters));
    }
}
