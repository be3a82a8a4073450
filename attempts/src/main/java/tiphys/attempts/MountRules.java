package tiphys.attempts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What of a volume's mount is refused, whoever runs the step: names that are none, and paths that lead out of the volume.
public final class MountRules {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// A claim's name is one of Kubernetes, which may hold dots.
    private static final Pattern CLAIM = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private MountRules() {}

    /// Whether a text is a name of a container or a volume.
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /// What is refused of a container's name, which names a directory.
    public static Optional<String> container(String name) {
        return isLabel(name)
                ? Optional.empty()
                : Optional.of(
                        "TIP-6009: %s is no name of a container; it must be a DNS label, for it names a directory"
                                .formatted(Json.write(Value.text(name))));
    }

    /// Adds what is refused of a mount, but for the place where it is mounted.
    public static void refuse(Mount mount, List<String> refusals) {
        if (!isLabel(mount.volume())) {
            refusals.add(
                    "TIP-6007: %s is no name of a volume; it must be a DNS label, for it names a directory"
                            .formatted(Json.write(Value.text(mount.volume()))));
        }
        var what = "volume " + mount.volume();
        switch (mount.part()) {
            case Part.At(var path) -> refusePart("the subPath of " + what, path, refusals);
            case Part.Expanded(var expression) -> refusePart("the subPathExpr of " + what, expression, refusals);
        }
        switch (mount.source()) {
            case Volume.Keys keys -> refuseItems(what, keys, refusals);
            case Volume.Fields(var files) ->
                    files.forEach(file -> refusePart("an item of " + what, file.path(), refusals));
            case Volume.Projected(var parts) ->
                    parts.forEach(part -> {
                        if (part instanceof Volume.Keys keys) {
                            refuseItems(what, keys, refusals);
                        }
                    });
            case Volume.HostPath(var path, _) -> {
                if (!path.startsWith("/")) {
                    refusals.add("TIP-6006: the hostPath of %s is not absolute: %s".formatted(what, path));
                }
            }
            case Volume.Claim(var name) -> {
                if (!CLAIM.matcher(name).matches()) {
                    refusals.add("TIP-6007: %s claims \"%s\", which is no name".formatted(what, name));
                }
            }
            case Volume.EmptyDir _ -> {}
        }
    }

    private static void refuseItems(String what, Volume.Keys keys, List<String> refusals) {
        keys.items().forEach(item -> refusePart("an item of " + what, item.path(), refusals));
    }

    private static void refusePart(String what, String path, List<String> refusals) {
        if (path.startsWith("/")) {
            refusals.add("TIP-6006: %s must be a relative path, and is %s".formatted(what, path));
        } else if (inside(path).isEmpty()) {
            refusals.add("TIP-6006: %s must not contain '..': %s".formatted(what, path));
        }
    }

    /// A relative path without `.` and empty parts, if it stays inside; the empty text is the directory itself.
    public static Optional<String> inside(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.split("/", -1)) {
            if (part.equals("..") || part.indexOf('\0') >= 0) {
                return Optional.empty();
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return path.startsWith("/") ? Optional.empty() : Optional.of(String.join("/", parts));
    }
}
