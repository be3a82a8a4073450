package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.Manifests;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunFollower;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.RunLines;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Value;

/// `submit TEMPLATE` and `submit FILE…`: starts runs, and follows them if asked to. `--from` is what Argo's own command has for the former.
public final class Submit implements Verb {
    @Override
    public void form(Form form) {
        form.arguments(
                        "TEMPLATE|FILE",
                        "The WorkflowTemplate to run; cwft/NAME for a ClusterWorkflowTemplate. Or files of Workflows: what ends in .yaml, .yml or .json.")
                .option("--from", "KIND/NAME", "The template to run, as Argo's command has it: workflowtemplate/NAME.")
                .options("-p,--parameter", "NAME=VALUE", "An argument of the run; may be given again.")
                .options("-f,--filename", "FILE", "Runs the Workflows of a file; - is stdin.")
                .flag("-w,--watch", "Follows the run as a tree until it ends.")
                .flag("--wait", "Waits until the run ends.")
                .option("--timeout", "DURATION", "Waits no longer; the run goes on.")
                .namespace()
                .output("name, json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException, java.io.IOException {
        var parameters = parameters(given.texts("--parameter"));
        var files = new ArrayList<>(given.texts("--filename"));
        var output = given.output(Output.NAME, Output.JSON);
        var names = new ArrayList<String>();
        given.arguments(0).forEach(name -> (isFile(name) ? files : names).add(name));
        given.text("--from").ifPresent(names::add);
        if (names.size() + (files.isEmpty() ? 0 : 1) != 1) {
            throw ProvidedArguments.usage("submit wants either a template's name or files").fix("tiphys get wftmpl");
        }
        var template = names.stream().findFirst().map(Submit::library);
        var runs = new ArrayList<RunView>();
        if (template.isPresent()) {
            runs.add(template(session, template.get(), parameters));
        } else {
            for (var workflow : Manifests.read(session.around(), files, false)) {
                runs.add(workflow(session, workflow, parameters));
            }
        }
        boolean follow = given.flag("--watch") || given.flag("--wait");
        var worst = ExitCode.OK;
        for (var run : runs) {
            if (!follow || !given.flag("--watch")) {
                tell(session, run, output, follow);
            }
            if (follow) {
                var ended = follow(given, session, run, output);
                worst = worst == ExitCode.OK ? ended : worst;
            }
        }
        return worst;
    }

    private static boolean isFile(String name) {
        return name.equals("-") || name.matches(".*\\.(yaml|yml|json)");
    }

    /// What the API calls a template: `NAME`, or `cluster/NAME` for a ClusterWorkflowTemplate.
    private static String library(String name) {
        return name.replaceFirst("^(wftmpl|workflowtemplate|template)/", "")
                .replaceFirst("^(cwft|clusterwftmpl|clusterworkflowtemplate)/", "cluster/");
    }

    private static void tell(Session session, RunView run, Output output, boolean follow) {
        var screen = session.screen();
        if (output == Output.JSON) {
            session.printLine(
                    Value.object(
                            "namespace", run.namespace(), "name", run.name(), "uid", run.uid(), "phase", run.phase()));
        } else if (output == Output.NAME) {
            screen.line(run.name());
        } else {
            screen.line("workflow.argoproj.io/" + run.name() + " created");
            if (!follow) {
                screen.note("  follow it   tiphys watch " + run.name() + " -n " + run.namespace());
            }
        }
    }

    private static ExitCode follow(ProvidedArguments given, Session session, RunView run, Output output)
            throws InterruptedException {
        var limit = given.duration("--timeout");
        if (given.flag("--watch")) {
            return Watch.follow(session, run, limit, output);
        }
        var ended =
                new RunFollower(session)
                        .follow(run, limit, _ -> {}, () -> {})
                        .orElseThrow(() -> Watch.timedOut(run, limit));
        var screen = session.screen();
        if (output == Output.JSON) {
            session.printLine(session.api().get(Paths.run(run.namespace(), run.name())));
        } else {
            var head = new RunLines(screen, screen.width()).head(ended, screen.now());
            screen.line(ended.message().isEmpty() ? head : head + "  " + Cells.oneLine(ended.message()));
        }
        return ended.exit();
    }

    private static RunView template(Session session, String name, Map<String, String> parameters) {
        var body = Value.object("template", name, "parameters", parameters);
        var path = Paths.ROOT + "/namespaces/" + Paths.part(session.namespace()) + "/runs";
        var answer = session.api().attempt("POST", path, body);
        if (answer.status() == 404) {
            throw noTemplate(session, name);
        }
        return RunView.of(session.api().expect(answer));
    }

    private static CliError noTemplate(Session session, String name) {
        var all = Fields.of(session.api().get(Paths.ROOT + "/templates")).items("items");
        var error =
                CliError.of(
                        ExitCode.NOT_FOUND,
                        "TIP-7206",
                        "there is no template \"" + name + "\" in namespace " + session.namespace());
        var elsewhere = all.stream().filter(found -> found.text("name").equals(name)).findFirst();
        if (elsewhere.isPresent()) {
            return error.fix("tiphys submit " + name + " -n " + elsewhere.get().text("namespace"));
        }
        return DidYouMean.nearest(name, all.stream().map(found -> found.text("name")).toList())
                .map(near -> error.hint("did you mean \"" + near + "\"?"))
                .orElse(error)
                .fix("tiphys get wftmpl -A");
    }

    private static RunView workflow(Session session, Manifests.Found found, Map<String, String> parameters) {
        if (Kinds.of(found.object()).orElse(null) != Kinds.WORKFLOW) {
            throw CliError.of(ExitCode.USAGE, "TIP-7302", "submit takes Workflows, but found a " + found.kind())
                    .where(found.place())
                    .fix("tiphys apply -f " + found.source());
        }
        var namespace = found.namespace(session.wantedNamespace());
        var body = withParameters(found.object(), parameters);
        var made = session.api().post(Kinds.WORKFLOW.path(Optional.of(namespace)), body);
        var name = made.textAt("metadata", "name").orElse("");
        return session.api()
                .find(Paths.run(namespace, name))
                .map(RunView::of)
                .orElseGet(() ->
                        RunView.of(
                                Value.object(
                                        "namespace",
                                        namespace,
                                        "name",
                                        name,
                                        "uid",
                                        made.textAt("metadata", "uid").orElse(""))));
    }

    private static Value.Mapping withParameters(Value.Mapping workflow, Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return workflow;
        }
        Map<String, Value> all = new LinkedHashMap<>();
        for (var one : workflow.listAt("spec", "arguments", "parameters")) {
            all.put(one.textAt("name").orElse(""), one);
        }
        parameters.forEach((name, value) -> all.put(name, Value.object("name", name, "value", value)));
        var arguments = workflow.mapAt("spec", "arguments").with("parameters", Value.list(List.copyOf(all.values())));
        return workflow.with("spec", workflow.mapAt("spec").with("arguments", arguments));
    }

    private static Map<String, String> parameters(List<String> given) {
        var parameters = new LinkedHashMap<String, String>();
        for (var one : given) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw ProvidedArguments.usage("-p wants NAME=VALUE, but got \"" + one + "\"")
                        .fix("tiphys submit NAME -p model=resnet");
            }
            parameters.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return parameters;
    }
}
