package tiphys.cli.commands;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

/// `cron suspend`, `resume`, `trigger` and `delete`: what people tell CronWorkflows.
public final class CronSteer implements Verb {
    /// What a CronWorkflow is told.
    public enum Way {
        SUSPEND,
        RESUME,
        TRIGGER,
        DELETE;

        String verb() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Way way;

    public CronSteer(Way way) {
        this.way = way;
    }

    @Override
    public void form(Form form) {
        form.argument("CRON", "The CronWorkflow.");
        if (way == Way.TRIGGER) {
            form.options("-p,--parameter", "NAME=VALUE", "An argument of the run; may be given again.");
        } else {
            form.arguments("MORE", "More of them.");
        }
        form.namespace().server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        tell(given, session, given.argument(0).orElse(""));
        if (way != Way.TRIGGER) {
            given.arguments(1).forEach(more -> tell(given, session, more));
        }
        return ExitCode.OK;
    }

    private void tell(ProvidedArguments given, Session session, String name) {
        var plain = name.replaceFirst("^(cwf|cronwf|cronworkflow)/", "");
        var path = CronGet.path(session.namespace(), plain);
        switch (way) {
            case SUSPEND, RESUME -> {
                session.api().post(path + "/" + way.verb(), Value.Mapping.EMPTY);
                session.screen().line("CronWorkflow '" + plain + "' " + way.verb().replaceFirst("e?$", "ed"));
            }
            case TRIGGER -> {
                var parameters = parameters(given);
                var made = Fields.of(session.api().post(path + "/trigger", Value.object("parameters", parameters)));
                session.screen().line("workflow.argoproj.io/" + made.text("name") + " created");
                session.screen().note("  follow it   tiphys watch " + made.text("name") + " -n " + session.namespace());
            }
            case DELETE -> {
                session.api().expect(session.api().delete(Kinds.CRON_WORKFLOW.path(session.namespace(), plain)));
                session.screen().line("CronWorkflow '" + plain + "' deleted");
            }
        }
    }

    /// What `-p NAME=VALUE` says, each of them.
    static Map<String, String> parameters(ProvidedArguments given) {
        var parameters = new LinkedHashMap<String, String>();
        for (var one : given.texts("--parameter")) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw ProvidedArguments.usage("-p wants NAME=VALUE, but got \"" + one + "\"").fix("-p date=2026-11-29");
            }
            parameters.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return parameters;
    }
}
