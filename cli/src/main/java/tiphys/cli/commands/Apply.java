package tiphys.cli.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ManifestFlaws;
import tiphys.cli.command.Manifests;
import tiphys.cli.command.Merge;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Api;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Refusals;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// `apply -f`: makes the server's objects as the manifests say, in the way of kubectl: what was applied last is kept in an
/// annotation, so that a field that was taken out of the manifest is taken out of the object.
public final class Apply implements Verb {
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    @Override
    public void form(Form form) {
        form.options("-f,--filename", "FILE", "A file, a directory, or - for stdin; may be given again.")
                .flag("-R,--recursive", "Reads directories inside directories too.")
                .flag("--create-namespace", "Creates the namespaces that are missing.")
                .namespace()
                .output("name, json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var files = given.texts("--filename");
        if (files.isEmpty()) {
            throw ProvidedArguments.usage("apply wants manifests").fix("tiphys apply -f FILE");
        }
        var output = given.output(Output.NAME, Output.JSON);
        var objects = Manifests.read(session.around(), files, given.flag("--recursive"));
        objects.forEach(Apply::check);
        if (given.flag("--create-namespace")) {
            createNamespaces(session, objects);
        }
        var failures = new ArrayList<ExitCode>();
        for (var found : objects) {
            try {
                tell(session, output, apply(session, found));
            } catch (CliError e) {
                if (e.exit() == ExitCode.UNREACHABLE || e.exit() == ExitCode.FORBIDDEN) {
                    throw e;
                }
                // The others can still be applied; the first failure decides how the command ends.
                var error = e.where(found.place());
                session.screen().error(error);
                failures.add(error.exit());
            } catch (InvalidInput e) {
                session.screen().invalid(e);
                failures.add(ExitCode.USAGE);
            }
        }
        return failures.isEmpty() ? ExitCode.OK : failures.getFirst();
    }

    private record Applied(Kinds kind, Value object, String what) {}

    private static void tell(Session session, Output output, Applied applied) {
        var name = applied.object().textAt("metadata", "name").orElse("");
        var screen = session.screen();
        if (output == Output.JSON) {
            session.printLine(applied.object());
        } else if (output == Output.NAME) {
            screen.line(applied.kind().resource() + "/" + name);
        } else {
            var ink = applied.what().equals("unchanged") ? Ink.FAINT : Ink.GOOD;
            screen.line(applied.kind().resource() + "/" + name + " " + screen.paint(ink, applied.what()));
        }
    }

    private static void check(Manifests.Found found) {
        kind(found);
        if (found.name().isEmpty() && found.object().textAt("metadata", "generateName").isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7307", "this " + found.kind() + " has no metadata.name")
                    .where(found.place());
        }
    }

    static Kinds kind(Manifests.Found found) {
        var known = Kinds.of(found.object());
        if (known.isPresent()) {
            return known.get();
        }
        var kinds = java.util.stream.Stream.of(Kinds.values()).map(Kinds::kind).toList();
        var error =
                CliError.of(
                                ExitCode.USAGE,
                                "TIP-7308",
                                "the server has no kind \""
                                        + found.kind()
                                        + "\" in version \""
                                        + found.object().textAt("apiVersion").orElse("")
                                        + "\"")
                        .where(found.place());
        throw DidYouMean.nearest(found.kind(), kinds)
                .filter(near -> !near.equals(found.kind()))
                .map(near -> error.hint("did you mean \"" + near + "\"?"))
                .orElse(error);
    }

    private static void createNamespaces(Session session, List<Manifests.Found> objects) {
        var names = new LinkedHashSet<String>();
        objects.stream()
                .filter(found -> kind(found).namespaced())
                .forEach(found -> names.add(found.namespace(session.wantedNamespace())));
        for (var name : names) {
            if (session.api().find(Kinds.NAMESPACE.path("", name)).isEmpty()) {
                var namespace =
                        Value.object("apiVersion", "v1", "kind", "Namespace", "metadata", Value.object("name", name));
                session.api().post(Kinds.NAMESPACE.path(Optional.empty()), namespace);
                session.screen().line("namespace/" + name + " created");
            }
        }
    }

    private static Applied apply(Session session, Manifests.Found found) {
        var kind = kind(found);
        var namespace = kind.namespaced() ? found.namespace(session.wantedNamespace()) : "";
        var wanted = withLastApplied(kind.namespaced() ? inNamespace(found.object(), namespace) : found.object());
        var all = kind.path(Optional.of(namespace).filter(name -> !name.isEmpty()));
        if (found.name().isEmpty()) {
            return new Applied(kind, create(session, all, wanted, namespace, found), "created");
        }
        var path = kind.path(namespace, found.name());
        var live = session.api().find(path);
        if (live.isEmpty()) {
            return new Applied(kind, create(session, all, wanted, namespace, found), "created");
        }
        if (!(live.get() instanceof Value.Mapping object)) {
            throw CliError.of(ExitCode.FAILED, "TIP-7007", "the server's answer is no object");
        }
        var patch = Merge.patch(lastApplied(object), wanted, object);
        if (patch.fields().isEmpty()) {
            return new Applied(kind, object, "unchanged");
        }
        var answer = session.api().attemptPatch(path + "?fieldValidation=Strict", patch);
        return new Applied(kind, expect(session, answer, found), "configured");
    }

    private static Value create(
            Session session, String path, Value.Mapping object, String namespace, Manifests.Found found) {
        var answer = session.api().attempt("POST", path + "?fieldValidation=Strict", object);
        if (answer.status() == 404 && !namespace.isEmpty()) {
            var error = Refusals.of(session.api().place(), answer.status(), answer.body());
            throw error.fix("tiphys apply --create-namespace -n " + namespace + " -f FILE");
        }
        return expect(session, answer, found);
    }

    /// The answer's body.
    ///
    /// @throws InvalidInput if the server found the object itself wrong
    /// @throws CliError if it refused for another reason
    private static Value expect(Session session, Api.Answer answer, Manifests.Found found) {
        if (answer.status() != 400 && answer.status() != 422) {
            return session.api().expect(answer);
        }
        var flaws = new ArrayList<ManifestFlaws.Flaw>();
        var status = Fields.of(answer.body());
        status.in("details")
                .items("causes")
                .forEach(cause -> flaws.add(new ManifestFlaws.Flaw(cause.text("field"), cause.text("message"))));
        if (flaws.isEmpty()) {
            flaws.add(new ManifestFlaws.Flaw("", status.text("message")));
        }
        throw new InvalidInput(ManifestFlaws.of(found.object(), found.source(), "TIP-7309", flaws));
    }

    private static Value.Mapping inNamespace(Value.Mapping object, String namespace) {
        return object.with("metadata", object.mapAt("metadata").with("namespace", namespace));
    }

    private static Value.Mapping withLastApplied(Value.Mapping object) {
        var metadata = object.mapAt("metadata");
        var annotations = metadata.mapAt("annotations");
        var bare = annotations.without(LAST_APPLIED);
        var plain = object.with("metadata", metadata.with("annotations", bare));
        return object.with("metadata", metadata.with("annotations", bare.with(LAST_APPLIED, Json.write(plain) + "\n")));
    }

    private static Value.Mapping lastApplied(Value.Mapping live) {
        var text = live.textAt("metadata", "annotations", LAST_APPLIED).orElse("{}");
        try {
            return Json.parse(text) instanceof Value.Mapping map ? map : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            return Value.Mapping.EMPTY; // somebody wrote over it: then nothing is taken out
        }
    }
}
