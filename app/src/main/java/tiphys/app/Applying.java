package tiphys.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tiphys.cli.command.ManifestFlaws;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Screen;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;

/// Applies manifest files to the objects of this process, as `up -f`, `demo` and `run` do.
final class Applying {
    private static final Set<String> DOUBTS = Set.of("TIP-2030", "TIP-1003");

    private final Objects objects;
    private final String namespace;
    private final Consumer<String> said;

    /// @param namespace for objects that name none
    /// @param said hears a line for each object
    Applying(Objects objects, String namespace, Consumer<String> said) {
        this.objects = objects;
        this.namespace = namespace;
        this.said = said;
    }

    /// Applies every object of a file or directory; a namespace that is missing is made.
    void apply(Path place) {
        for (var found : read(place)) {
            apply(found);
        }
    }

    /// Applies one object.
    ///
    /// @return as it is stored
    /// @throws InvalidInput if it does not keep to the rules of its kind
    ApiObject apply(ManifestFiles.Found found) {
        var placed = placed(found.object());
        ensureNamespace(placed.namespace());
        try {
            var before =
                    placed.name().isEmpty() ? 0 : objects.find(placed.key()).map(ApiObject::resourceVersion).orElse(0L);
            var written =
                    placed.name().isEmpty()
                            ? objects.create(placed, Objects.Mode.PLAIN)
                            : objects.apply(placed, Objects.Mode.PLAIN);
            var what =
                    written.created()
                            ? "created"
                            : written.object().resourceVersion() == before ? "unchanged" : "configured";
            said.accept(place(written.object()) + " " + what);
            written.warnings().forEach(warning -> said.accept("  warning: " + warning));
            return written.object();
        } catch (Refusal e) {
            if (e.code() == 400 || e.code() == 422) {
                throw new InvalidInput(ManifestFlaws.of(found.object().json(), found.source(), "TIP-6010", flaws(e)));
            }
            throw CliError.of(ExitCode.FAILED, "TIP-6010", place(placed) + " was refused")
                    .why(String.valueOf(e.getMessage()));
        }
    }

    private static List<ManifestFlaws.Flaw> flaws(Refusal refusal) {
        return refusal.causes().isEmpty()
                ? List.of(new ManifestFlaws.Flaw("", String.valueOf(refusal.getMessage())))
                : refusal.causes().stream()
                        .map(cause -> new ManifestFlaws.Flaw(cause.field(), cause.message()))
                        .toList();
    }

    /// The objects of a file or directory.
    ///
    /// @throws InvalidInput if a file cannot be understood
    static List<ManifestFiles.Found> read(Path place) {
        try {
            return ManifestFiles.read(place);
        } catch (NoSuchFileException e) {
            throw CliError.of(ExitCode.USAGE, "TIP-6011", "there is no file or directory " + place);
        } catch (IOException e) {
            throw CliError.of(ExitCode.FAILED, "TIP-6012", place + " cannot be read")
                    .why(String.valueOf(e.getMessage()));
        }
    }

    /// Shows once what is doubtful in files that are applied all the same: values from events that become part of a program, and keys
    /// that are set twice.
    static void showDoubts(List<Path> places, Screen screen) {
        var sources = new ArrayList<Lint.Source>();
        try {
            for (var place : places) {
                for (var file : ManifestFiles.files(place)) {
                    sources.add(new Lint.Source(file.toString(), Files.readAllBytes(file)));
                }
            }
        } catch (IOException e) {
            return; // whoever applies them tells why they cannot be read
        }
        var doubts = Lint.check(sources).findings().stream().filter(found -> DOUBTS.contains(found.code())).toList();
        LintCommand.show(doubts, sources, screen);
    }

    private ApiObject placed(ApiObject object) {
        return object.type().namespaced() && object.namespace().isEmpty()
                ? object.withMetadata("namespace", Value.text(namespace))
                : object;
    }

    private void ensureNamespace(String name) {
        if (name.isEmpty() || objects.find(new ObjectKey(ResourceTypes.NAMESPACE, "", name)).isPresent()) {
            return;
        }
        var json = Value.object("apiVersion", "v1", "kind", "Namespace", "metadata", Value.object("name", name));
        objects.apply(new ApiObject(ResourceTypes.NAMESPACE, json), Objects.Mode.PLAIN);
        said.accept("namespace/" + name + " created");
    }

    private static String place(ApiObject object) {
        var type = object.type();
        return type.singular() + (type.group().isEmpty() ? "" : "." + type.group()) + "/" + object.name();
    }
}
