package tiphys.container.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import tiphys.attempts.Beneath;
import tiphys.attempts.Inputs;
import tiphys.attempts.Output;
import tiphys.container.api.Engine;
import tiphys.engine.ResolvedTemplate;

/// Takes what a step left out of its container, once that has ended.
public final class Outputs {
    private static final int MOST_LINKS = 16;

    private final Engine engine;
    private final String container;
    private final ContainerFiles files;

    public Outputs(Engine engine, String container, ContainerFiles files) {
        this.engine = engine;
        this.container = container;
        this.files = files;
    }

    /// Takes out all that the template names and that is in the container alone; what is not there is left out. May be repeated.
    public void take(ResolvedTemplate template) throws IOException {
        var paths = new LinkedHashSet<String>();
        template.outputs().forEach(output -> paths.add(output.path()));
        template.outputArtifacts()
                .forEach(artifact -> artifact.path().filter(path -> !path.isEmpty()).ifPresent(paths::add));
        Inputs.delete(files.taken());
        for (var path : paths.stream().sorted(Comparator.comparingInt(String::length)).toList()) {
            if (files.isInside(path) && !Files.exists(files.place(path), NOFOLLOW_LINKS)) {
                take(files.seen(path), files.place(path));
            }
        }
    }

    private void take(String path, Path to) throws IOException {
        var from = path;
        for (int links = 0; links <= MOST_LINKS; links++) {
            if (!files.isInside(from)) { // a link to a volume
                copy(files.place(from), to);
                return;
            }
            var link = taken(engine.archive(container, from), to);
            if (link.isEmpty()) {
                return;
            }
            from = ContainerFiles.normal(from.substring(0, from.lastIndexOf('/') + 1), link.get());
        }
        throw new Beneath.Refused("too many levels of links: " + path);
    }

    /// @return where a link leads; empty if it is none
    private static Optional<String> taken(Engine.Archive archive, Path to) throws IOException {
        return switch (archive) {
            case Engine.Archive.Missing() -> Optional.empty();
            case Engine.Archive.Link(var target) -> Optional.of(target);
            case Engine.Archive.Content(var in) -> {
                try (in) {
                    yield TakenFiles.unpack(in, to);
                }
            }
        };
    }

    /// Copies what a link leads to on a volume; links in it are copied as links.
    private void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        var real = from.toRealPath();
        if (!real.startsWith(files.within(from).toRealPath())) {
            throw new Beneath.Refused("a link leaves the volume that it is on");
        }
        Files.createDirectories(java.util.Objects.requireNonNull(to.getParent()));
        try (var all = Files.walk(real)) {
            for (var one : all.toList()) {
                Files.copy(one, to.resolve(real.relativize(one)), NOFOLLOW_LINKS);
            }
        }
    }

    /// The output parameters whose files are there.
    ///
    /// @throws Beneath.Refused if one is no file, or leads elsewhere
    public Map<String, String> parameters(ResolvedTemplate template, Output log) throws IOException {
        var parameters = new LinkedHashMap<String, String>();
        for (var output : template.outputs()) {
            var name = "output parameter " + output.parameter();
            var file = files.place(output.path());
            try (var channel = Beneath.open(files.within(file), file, name + ": " + output.path())) {
                parameters.put(output.parameter(), log.text(channel, name));
            } catch (NoSuchFileException _) {
                // the engine knows whether it may be missing
            }
        }
        return parameters;
    }
}
