package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;

/// Where artifacts are kept by repositories of each kind.
class RepositoryTest {
    private static final String STEPS =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {name: run}
            spec:
              entrypoint: main
              artifactRepositoryRef: {configMap: repositories, key: mine}
              templates:
              - name: main
                steps:
                - - {name: a, template: make}
                - - name: b
                    template: take
                    arguments: {artifacts: [{name: in, from: '{{steps.a.outputs.artifacts.out}}'}]}
              - name: make
                container: {image: alpine, command: [make]}
                outputs: {artifacts: [{name: out, path: /tmp/out}]}
              - name: take
                container: {image: alpine, command: [take]}
                inputs: {artifacts: [{name: in, path: /tmp/in}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: repositories}
            data:
              mine: |
                %s
            """;

    /// Where the first step's output is kept, which is where the second one's input is.
    private static Value.Mapping place(String repository) {
        var places = new ArrayList<Value.Mapping>();
        var engine =
                ManualEngine.of(
                        STEPS.formatted(repository),
                        order -> {
                            var template = order.template();
                            template.outputArtifacts().forEach(one -> places.add(template.located(one)));
                            template.inputArtifacts().forEach(one -> places.add(template.located(one)));
                            return Optional.of(exited(0, ""));
                        });
        assertThat(engine.nodes()).contains("b Pod Succeeded");
        assertThat(places).hasSize(2);
        assertThat(places.getLast()).isEqualTo(places.getFirst());
        return places.getFirst();
    }

    @Test
    void the_keys_of_each_kind_of_repository_follow_its_format() {
        assertThat(place("gcs: {bucket: b, keyFormat: 'x/{{workflow.name}}'}"))
                .isEqualTo(Value.object("gcs", Value.object("bucket", "b", "key", "x/run/out.tgz")));
        assertThat(place("oss: {endpoint: e, bucket: b, keyFormat: 'x/{{workflow.name}}'}"))
                .isEqualTo(Value.object("oss", Value.object("endpoint", "e", "bucket", "b", "key", "x/run/out.tgz")));
        assertThat(place("azure: {endpoint: e, container: c, blobNameFormat: 'x/{{workflow.name}}'}"))
                .isEqualTo(
                        Value.object(
                                "azure", Value.object("endpoint", "e", "container", "c", "blob", "x/run/out.tgz")));
        assertThat(
                        place(
                                        "hdfs: {addresses: ['n:8020'], hdfsUser: u, force: true, pathFormat: '/x/{{workflow.name}}'}")
                                .textAt("hdfs", "path"))
                .contains("/x/run/out.tgz");
    }

    @Test
    void the_keys_of_artifactory_go_below_its_url() {
        var secret = "usernameSecret: {name: s, key: u}, passwordSecret: {name: s, key: p}";
        assertThat(
                        place(
                                        "artifactory: {repoURL: 'https://a.example/repo/', keyFormat: 'x/{{workflow.name}}', "
                                                + secret
                                                + "}")
                                .textAt("artifactory", "url"))
                .contains("https://a.example/repo/x/run/out.tgz");
        assertThat(
                        place("artifactory: {repoURL: 'https://a.example', keyFormat: 'k', " + secret + "}")
                                .textAt("artifactory", "url"))
                .contains("https://a.example/k/out.tgz");
    }
}
