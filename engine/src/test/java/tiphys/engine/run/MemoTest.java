package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.run.state.CacheEntry;
import tiphys.engine.run.state.Outputs;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Results that are kept and used again.
class MemoTest {
    private static String steps(String memoize, String kept) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: run}
        spec:
          entrypoint: main
          templates:
          - name: main
            steps:
            - - {name: a, template: leaf, continueOn: {failed: true}}
            - - {name: b, template: leaf}
          - name: leaf
            memoize: {%s, cache: {configMap: {name: cache}}}
            container: {image: alpine, command: [leaf], args: [said]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: cache}
        data: {%s}
        """
                .formatted(memoize, kept);
    }

    @Test
    void the_second_step_has_what_the_first_gave_and_runs_nothing() {
        var ran = new ArrayList<String>();
        var engine =
                ManualEngine.of(
                        steps("key: one", ""),
                        order -> {
                            ran.add(order.nodeName());
                            return Optional.of(exited(0, ""));
                        });
        assertThat(ran).containsExactly("run[0].a");
        assertThat(engine.nodes()).contains("b Pod Succeeded");
        assertThat(engine.node("b").mapAt("memoizationStatus").fields())
                .isEqualTo(Value.object("hit", true, "key", "one", "cacheName", "cache").fields());
        assertThat(engine.node("b").textAt("outputs", "exitCode")).contains("0");
    }

    @Test
    void a_step_that_only_waited_is_not_kept() {
        var waiting = steps("key: one", "").replaceAll("container: .*", "suspend: {duration: \"0\"}");
        var engine = ManualEngine.of(waiting, ManualEngine.ECHO);
        engine.pass(Duration.ofSeconds(1));
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.node("b").mapAt("memoizationStatus").find("hit")).contains(Value.bool(false));
    }

    @Test
    void what_failed_is_not_kept() {
        var engine = ManualEngine.of(steps("key: one", ""), _ -> Optional.of(exited(1, "")));
        assertThat(engine.node("b").mapAt("memoizationStatus").find("hit")).contains(Value.bool(false));
    }

    @Test
    void what_is_older_than_it_may_be_is_not_used() {
        var kept =
                "one: '{\"nodeID\":\"x\",\"outputs\":{\"result\":\"old\"},\"creationTimestamp\":\"2026-11-24T11:00:00Z\"}'";
        assertThat(
                        ManualEngine.of(steps("key: one, maxAge: 2h", kept), ManualEngine.ECHO)
                                .node("a")
                                .textAt("outputs", "result"))
                .contains("old");
        assertThat(
                        ManualEngine.of(steps("key: one, maxAge: 30m", kept), ManualEngine.ECHO)
                                .node("a")
                                .textAt("outputs", "exitCode"))
                .contains("0");
    }

    @Test
    void a_key_that_is_none_and_an_entry_that_cannot_be_read_are_errors_in_argos_words() {
        assertThat(ManualEngine.of(steps("key: 'no key'", ""), ManualEngine.ECHO).nodes())
                .contains("a Skipped Error invalid cache key: no key");
        assertThat(ManualEngine.of(steps("key: one, maxAge: soon", ""), ManualEngine.ECHO).nodes())
                .contains("a Skipped Error invalid maxAge: time: invalid duration \"soon\"");
        assertThat(ManualEngine.of(steps("key: one", "one: '{'"), ManualEngine.ECHO).nodes())
                .anyMatch(node -> node.startsWith("a Pod Error malformed cache entry: could not unmarshal JSON"));
    }

    @Test
    void artifacts_are_kept_as_well() {
        var artifact = Value.object("name", "model", "s3", Value.object("key", "k"));
        var outputs =
                new Outputs(Optional.of("said"), Optional.of("0"), Map.of("p", "v"), List.of(new Artifact(artifact)));
        var entry = new CacheEntry("node", outputs, ManualEngine.NOON, ManualEngine.NOON);
        assertThat(CacheEntry.parse(entry.text())).isEqualTo(entry);
    }
}
