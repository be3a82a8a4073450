package tiphys.engine.run.validate;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Checks what a template says of its artifacts, by Argo's rules and in its words. Names and tags are checked by others.
final class ArtifactCheck {
    private final Findings found;
    private final BiFunction<Position, String, Spot> spots;
    private final String way;

    ArtifactCheck(Findings found, BiFunction<Position, String, Spot> spots, String way) {
        this.found = found;
        this.spots = spots;
        this.way = way;
    }

    void inputs(Template template, String path) {
        each(
                template,
                "inputs",
                path,
                (artifact, what, here) -> {
                    if (!artifact.textAt("from").orElse("").isEmpty()) {
                        found.error("TIP-2016", way, what + ".from not valid in inputs", here);
                    }
                    if (artifact.find("git").filter(Value.Mapping.class::isInstance).isPresent()
                            && artifact.textAt("git", "repo").orElse("").isEmpty()) {
                        found.error("TIP-2025", way, what + ".git.repo is required", here);
                    }
                });
    }

    void outputs(Template template, String path) {
        each(
                template,
                "outputs",
                path,
                (artifact, what, here) ->
                        artifact.textAt("globalName")
                                .filter(global -> !global.isEmpty() && !global.contains("{{"))
                                .flatMap(ParameterCheck::parameterFlaw)
                                .ifPresent(flaw -> found.error("TIP-2006", way, what + ".globalName: " + flaw, here)));
    }

    /// What else is checked of an artifact.
    private interface More {
        void check(Value.Mapping artifact, String what, Spot here);
    }

    private void each(Template template, String side, String path, More more) {
        var artifacts = template.json().listAt(side, "artifacts");
        for (int i = 0; i < artifacts.size(); i++) {
            if (artifacts.get(i) instanceof Value.Mapping artifact) {
                var what = "templates." + template.name() + "." + side + ".artifacts." + name(artifact);
                var here = spots.apply(artifact.at(), path + "." + side + ".artifacts[" + i + "]");
                place(template, artifact, what, here);
                more.check(artifact, what, here);
            }
        }
    }

    private void place(Template template, Value.Mapping artifact, String what, Spot here) {
        var place = artifact.textAt("path").orElse("");
        if (Kinds.leaf(template)) {
            flaw(name(artifact), place)
                    .ifPresent(flaw -> found.error("TIP-2025", way, "error in " + what + ": " + flaw, here));
        } else if (!place.isEmpty()) {
            found.error("TIP-2016", way, what + ".path only valid in container/script templates", here);
        }
    }

    private static String name(Value.Mapping artifact) {
        return artifact.textAt("name").orElse("");
    }

    /// What is wrong with a path; empty if nothing is. What is before the first `/../` may not be left: the rest may come from a
    /// parameter.
    private static Optional<String> flaw(String name, String path) {
        if (path.isEmpty()) {
            return Optional.of("Artifact '" + name + "' did not specify a path");
        }
        int up = path.indexOf("/../");
        var safe = up >= 0 ? path.substring(0, up) : path.endsWith("/..") ? path.substring(0, path.length() - 3) : "";
        var within = safe + "/";
        var clean = Path.of(path.replace("\0", "")).normalize().toString();
        boolean left = !safe.isEmpty() && (!clean.startsWith(within) || clean.length() <= within.length());
        return left
                ? Optional.of(
                        "Artifact '"
                                + name
                                + "' attempted to use a path containing '..'. Directory traversal is not permitted")
                : Optional.empty();
    }
}
