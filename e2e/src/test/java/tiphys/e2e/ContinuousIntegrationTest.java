package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// What a forge runs is no test of ours until it runs; what can be seen before is looked at here.
class ContinuousIntegrationTest {
    private static final Pattern PINNED = Pattern.compile("[a-z-]+/[a-z-]+@[0-9a-f]{40}");
    private static final Pattern SCRIPT = Pattern.compile("(?m)(?<=^|\\s)\\./([a-z]+)(?=\\s|$)");

    private static Value workflow() throws IOException {
        var file = Program.ROOT.resolve(".github/workflows/ci.yml");
        return Yaml.parse(Files.readAllBytes(file), "ci.yml").getFirst();
    }

    private static List<Value> steps() throws IOException {
        var steps = new ArrayList<Value>();
        for (var job : workflow().mapAt("jobs").fields().values()) {
            steps.addAll(job.listAt("steps"));
        }
        return steps;
    }

    @Test
    void every_action_is_pinned_to_a_commit() throws IOException {
        var used = steps().stream().flatMap(step -> step.textAt("uses").stream()).toList();
        assertThat(used).hasSizeGreaterThan(3).allSatisfy(action -> assertThat(action).matches(PINNED));
    }

    @Test
    void every_script_that_is_run_is_there() throws IOException {
        var scripts = new ArrayList<String>();
        for (var step : steps()) {
            SCRIPT.matcher(step.textAt("run").orElse("")).results().forEach(found -> scripts.add(found.group(1)));
        }
        assertThat(scripts).contains("check", "dist");
        assertThat(scripts).map(Program.ROOT::resolve).allMatch(Files::isExecutable);
    }

    @Test
    void what_is_released_is_made_on_both_architectures_after_the_check() throws IOException {
        var dist = workflow().mapAt("jobs", "dist");
        assertThat(dist.textAt("needs")).contains("check");
        assertThat(dist.listAt("strategy", "matrix", "os"))
                .containsExactly(Value.text("ubuntu-24.04"), Value.text("ubuntu-24.04-arm"));
        assertThat(workflow().find("permissions")).contains(Value.object("contents", "read"));
    }
}
