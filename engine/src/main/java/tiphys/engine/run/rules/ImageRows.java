package tiphys.engine.run.rules;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Value;

/// The rules for images that somebody made, as they were when the run began: each order takes along those that fit its images, so
/// that a run under way keeps what it has.
final class ImageRows {
    private ImageRows() {}

    /// The template with the rows for its images.
    static ResolvedTemplate into(RunState state, ResolvedTemplate template) {
        var answer = state.supplied.get(new Need.Images(state.namespace));
        if (answer == null || PodFields.wanted(state)) {
            return template;
        }
        var rows = answer.content().orElse(Value.nothing()) instanceof Value.Text(var text, _) ? text : "";
        var images = template.containers().stream().map(one -> name(one.template().image())).toList();
        var fitting = rows.lines().filter(row -> fits(row, images)).collect(Collectors.joining("\n"));
        return fitting.isEmpty()
                ? template
                : new ResolvedTemplate(template.json().with(ResolvedTemplate.IMAGE_RULES, Value.text(fitting)));
    }

    private static boolean fits(String row, List<String> images) {
        var glob = row.strip().split("\\s+", 2)[0];
        if (glob.isEmpty() || glob.startsWith("#")) {
            return false;
        }
        var pattern =
                Pattern.compile(
                        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        return images.stream().anyMatch(image -> pattern.matcher(image).matches());
    }

    /// The last part of an image's name, without tag and digest.
    private static String name(String image) {
        var last = image.substring(image.lastIndexOf('/') + 1);
        return last.split("[@:]", 2)[0];
    }
}
