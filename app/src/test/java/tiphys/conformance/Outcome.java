package tiphys.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// A manifest whose outcome on a real controller was recorded.
///
/// @param name of the suite and the file in it: `flow/when-operators`
/// @param documents what is created before and with it; the first Workflow among them is the one that was watched
/// @param resumed whether somebody resumed it when it waited
/// @param wanted what was recorded
record Outcome(String name, List<Value.Mapping> documents, boolean resumed, List<Action> actions, Canonical wanted) {

    /// What was done while it ran.
    ///
    /// @param when `after 3s`, `node NAME PHASE` or `wf PHASE`
    /// @param command as it was typed, `argo stop @wf`
    /// @param refused whether the answer was an error
    record Action(String when, String command, boolean refused) {}

    /// What was drawn, if its steps draw lots: the rules are compared, not the draw.
    Optional<Canonical> drawn() {
        return documents.stream()
                        .filter(one -> one.textAt("kind").orElse("").equals("Workflow"))
                        .anyMatch(one -> Json.write(one).contains("random"))
                ? Optional.of(wanted)
                : Optional.empty();
    }

    /// The outcomes of a folder, recorded for the manifests of another one. Left out are those that were watched no longer
    /// before they ended, that hold no Workflow, were not accepted, or for which something was done that is not done here.
    ///
    /// @param prefix of their names
    static List<Outcome> in(String prefix, Path outcomes, Path manifests, Path base) {
        try (var files = Files.walk(outcomes)) {
            var found = new ArrayList<Outcome>();
            var everywhere = clusterWide(manifests);
            for (var file : files.sorted().toList()) {
                var path = outcomes.relativize(file).toString();
                if (path.endsWith(".yaml.json") && !path.startsWith("pods/")) {
                    var manifest = path.substring(0, path.length() - ".json".length());
                    read(
                                    prefix + manifest.replaceFirst("\\.yaml$", ""),
                                    file,
                                    manifests.resolve(manifest),
                                    manifests,
                                    base)
                            .map(outcome -> outcome.with(everywhere))
                            .ifPresent(found::add);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What belongs to no namespace: on the recorded cluster it outlived the manifest that made it.
    private static List<Value.Mapping> clusterWide(Path manifests) throws IOException {
        var found = new ArrayList<Value.Mapping>();
        try (var files = Files.walk(manifests)) {
            for (var file : files.filter(one -> one.toString().endsWith(".yaml")).sorted().toList()) {
                if (Files.readString(file).contains("kind: ClusterWorkflowTemplate")) {
                    documents(file, found);
                }
            }
        }
        found.removeIf(one -> !one.textAt("kind").orElse("").equals("ClusterWorkflowTemplate"));
        return found;
    }

    private Outcome with(List<Value.Mapping> more) {
        var all = new ArrayList<>(documents);
        all.addAll(more);
        return new Outcome(name, all, resumed, actions, wanted);
    }

    /// The field cases: a folder each, with its manifest and its outcome.
    static List<Outcome> field(Path folder, Path base) {
        try (var folders = Files.list(folder)) {
            var found = new ArrayList<Outcome>();
            for (var one : folders.sorted().toList()) {
                if (Files.exists(one.resolve("outcome.json")) && Files.exists(one.resolve("workflow.yaml"))) {
                    read(
                                    "field/" + one.getFileName(),
                                    one.resolve("outcome.json"),
                                    one.resolve("workflow.yaml"),
                                    one,
                                    base)
                            .ifPresent(found::add);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Outcome> read(String name, Path outcome, Path manifest, Path manifests, Path base)
            throws IOException {
        var json = Json.parse(Files.readAllBytes(outcome));
        var workflows = json.listAt("workflows");
        if (workflows.isEmpty()
                || !json.find("accepted").equals(Optional.of(Value.bool(true)))
                || !workflows.getFirst().textAt("how_it_ended").orElse("").equals("ended")
                || json.listAt("actions").stream().anyMatch(Outcome::setsSomething)
                || workflows.size() > 1 && !json.listAt("actions").isEmpty()
                || json.listAt("kinds").stream().noneMatch(kind -> kind.equals(Value.text("Workflow")))) {
            return Optional.empty();
        }
        var documents = new ArrayList<Value.Mapping>();
        for (var supporting : json.listAt("supporting")) {
            documents(manifests.resolve(supporting.textAt("file").orElseThrow()), documents);
        }
        documents(base, documents);
        documents(manifest, documents);
        var planned = Path.of(manifest.toString().replaceFirst("\\.yaml$", ".actions"));
        var actions =
                Files.exists(planned)
                        ? actions(Files.readAllLines(planned), json.listAt("actions"))
                        : List.<Action>of();
        return Optional.of(
                new Outcome(
                        name,
                        documents,
                        actions.isEmpty() && !json.listAt("actions").isEmpty(),
                        actions,
                        Canonical.recorded(workflows.getFirst())));
    }

    private static List<Action> actions(List<String> lines, List<Value> recorded) {
        var actions = new ArrayList<Action>();
        for (var line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(": ");
                actions.add(
                        new Action(
                                line.substring(0, colon),
                                line.substring(colon + 2),
                                refused(recorded.get(actions.size()))));
            }
        }
        return actions;
    }

    private static boolean refused(Value action) {
        return ((Value.Mapping) action)
                .fields().values().stream()
                        .anyMatch(answer -> answer.find("rc").filter(rc -> !rc.equals(Value.number(0))).isPresent());
    }

    private static boolean setsSomething(Value action) {
        return ((Value.Mapping) action).fields().keySet().stream().anyMatch(what -> what.startsWith("argo node set"));
    }

    private static void documents(Path file, List<Value.Mapping> into) throws IOException {
        for (var document : Yaml.parse(Files.readAllBytes(file), file.getFileName().toString())) {
            if (document instanceof Value.Mapping map) {
                into.add(map);
            }
        }
    }
}
