package tiphys.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

class ControllerSettingsTest {
    private static ControllerSettings settings(String data) {
        var json =
                Value.object(
                        "metadata",
                        Value.object("name", Controllers.NAME, "namespace", "argo"),
                        "data",
                        Yaml.parse(data.getBytes(StandardCharsets.UTF_8), "data.yaml").getFirst());
        return ControllerSettings.of(new ApiObject(ResourceTypes.CONFIG_MAP, json));
    }

    @Test
    void each_setting_is_a_key_or_stands_below_config_and_a_key_of_its_own_counts_more() {
        var settings =
                settings(
                        """
                        parallelism: "4"
                        resourceRateLimit: "{limit: 2.5, burst: 3}"
                        config: |
                          parallelism: 9
                          namespaceParallelism: 2
                          workflowRestrictions: {templateReferencing: Secure}
                          retentionPolicy: {completed: 10, errored: 0}
                          nodeEvents: {enabled: false}
                          links:
                          - {name: logs, scope: workflow, url: "http://logs/${metadata.name}"}
                        """);
        assertThat(settings.flaws()).isEmpty();
        assertThat(settings.parallelism()).isEqualTo(4);
        assertThat(settings.namespaceParallelism()).isEqualTo(2);
        assertThat(settings.rate()).contains(new ControllerSettings.Rate(2.5, 3));
        assertThat(settings.templateReferencing()).isEqualTo("Secure");
        assertThat(settings.kept().of("Succeeded")).hasValue(10);
        assertThat(settings.kept().of("Failed")).isEqualTo(OptionalInt.empty());
        assertThat(settings.kept().of("Error")).hasValue(0);
        assertThat(settings.events()).isEqualTo(new ControllerSettings.Events(true, false));
        assertThat(settings.links()).hasSize(1);
    }

    @Test
    void an_empty_config_map_says_nothing() {
        assertThat(settings("{}"))
                .isEqualTo(
                        new ControllerSettings(
                                "argo",
                                Optional.empty(),
                                "",
                                0,
                                0,
                                Optional.empty(),
                                ControllerSettings.Kept.ALL,
                                List.of(),
                                new ControllerSettings.Events(true, true),
                                List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {paralelism: "3"}                       | paralelism of the ConfigMap argo/workflow-controller-configmap is no setting that is known
                    {persistence: "{archive: true}"}        | persistence of the ConfigMap argo/workflow-controller-configmap has no effect here
                    {parallelism: many}                     | parallelism of the ConfigMap argo/workflow-controller-configmap is no whole number from 0 on: many
                    {parallelism: "-1"}                     | is no whole number from 0 on: -1
                    {config: "[a]"}                         | config of the ConfigMap argo/workflow-controller-configmap is no object
                    {config: "{a: ["}                       | config of the ConfigMap argo/workflow-controller-configmap cannot be read
                    {resourceRateLimit: "{burst: 3}"}       | needs a limit above 0, in pods per second
                    {workflowRestrictions: "{templateReferencing: strict}"} | says templateReferencing: strict; it is Strict or Secure
                    {links: "[{name: a}]"}                  | has a link without a name or a url: {"name":"a"}
                    {retentionPolicy: "{failed: x}"}        | says failed: x, which is no number
                    """)
    void what_has_no_effect_is_told_by_name(String data, String flaw) {
        assertThat(settings(data).flaws()).singleElement().asString().contains(flaw);
    }

    @Test
    void defaults_that_cannot_be_read_are_no_defaults_but_a_sentence() {
        assertThat(settings("{workflowDefaults: \"[a]\"}").answer().map(Value::toString).orElse(""))
                .contains("cannot be used: it is no Workflow");
        assertThat(settings("{workflowDefaults: \"{a: [\"}").answer()).get().isInstanceOf(Value.Text.class);
    }
}
