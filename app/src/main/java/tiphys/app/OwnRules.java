package tiphys.app;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Value;
import tiphys.process.ProcessExecutor;
import tiphys.process.images.ImageRules;
import tiphys.runtime.settings.OwnImages;
import tiphys.server.api.HostImages;

/// The rules for images of a server: those that somebody made, and those that come with the program.
final class OwnRules implements HostImages {
    private static final String BUILT_IN = "built-in";

    private final OwnImages own;
    private final ProcessExecutor executor;

    OwnRules(OwnImages own, ProcessExecutor executor) {
        this.own = own;
        this.executor = executor;
    }

    @Override
    public List<Value> rules(String namespace) {
        var all = new ArrayList<Value>();
        if (!namespace.equals(OwnImages.EVERYWHERE)) {
            rows(namespace).forEach(row -> all.add(rule(row, namespace)));
        }
        rows(OwnImages.EVERYWHERE).forEach(row -> all.add(rule(row, OwnImages.EVERYWHERE)));
        ImageRules.builtIn().all().forEach(rule -> all.add(rule(rule.row(), BUILT_IN)));
        return all;
    }

    private List<String> rows(String namespace) {
        return own.of(namespace)
                .lines()
                .map(String::strip)
                .filter(row -> !row.isEmpty() && !row.startsWith("#"))
                .toList();
    }

    private static Value rule(String row, String from) {
        return Value.object("rule", row, "from", from);
    }

    @Override
    public Value check(String namespace, String image) {
        var found = executor.check(image, own.rows(namespace));
        return Value.object(
                "image", image, "rule", found.rule(), "program", found.program(), "problem", found.problem());
    }

    /// What is wrong with the rules that hold everywhere, each as a sentence.
    List<String> problems() {
        var problems = new ArrayList<String>();
        for (var row : rows(OwnImages.EVERYWHERE)) {
            var found = executor.check(row.split("\\s+", 2)[0].replace("*", "x"), row);
            if (!found.problem().isEmpty()) {
                problems.add("the image rule \"" + row + "\": " + found.problem());
            }
        }
        return problems;
    }
}
