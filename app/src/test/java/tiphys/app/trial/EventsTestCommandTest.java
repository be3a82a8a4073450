package tiphys.app.trial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import tiphys.cli.Commands;
import tiphys.cli.command.ProgramBuild;
import tiphys.cli.terminal.Surroundings;
import tiphys.events.action.TriggerKinds;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.source.SourceKinds;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class EventsTestCommandTest {
    private static final String GUIDE = Path.of("../examples/ml-pipeline/sensor.yaml").toAbsolutePath().toString();

    private static final String PAIR =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: pair}
            spec:
              dependencies:
              - {name: a, eventSourceName: hooks, eventName: a}
              - {name: b, eventSourceName: hooks, eventName: b, filters: {data: [{path: body.ok, type: bool, value: ["true"]}]}}
              triggers:
              - template:
                  name: both
                  k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: fixed}}}}
            """;

    @TempDir Path directory;

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void pair() throws IOException {
        write("pair.yaml", PAIR);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private Ended test(String stdin, String... more) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var around =
                new Surroundings(
                        Map.of(),
                        directory,
                        new ByteArrayInputStream(stdin.getBytes(UTF_8)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        new Surroundings.Terminals(false, false, false),
                        () -> 80,
                        InstantSource.fixed(Instant.parse("2026-11-24T14:00:00Z")),
                        () -> ZoneOffset.UTC);
        var commands = new Commands(around, new ProgramBuild("0", "0", "0"), List.of());
        commands.addToEvents(
                "test", "", () -> new EventsTest(new SourceKinds(List.of(new CalendarKind())), TriggerKinds.NONE));
        var root = new CommandLine(CommandSpec.create().name("tiphys"));
        var words = new java.util.ArrayList<>(List.of("events", "test"));
        words.addAll(List.of(more));
        commands.addTo(root, words.toArray(String[]::new));
        int exit = root.execute(words.toArray(String[]::new));
        return new Ended(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    @Test
    void a_body_fires_the_guides_sensor_and_each_parameter_says_where_it_is_from() {
        var ended = test("{\"model\":\"resnet\",\"dataset\":\"imagenet\"}", GUIDE, "--event", "-", "--objects");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exit()).isZero();
        assertThat(ended.out())
                .contains("ml-pipeline-sensor/trigger-ml-pipeline  fired")
                .contains("would make Workflow argo-events/ml-pipeline-run-*")
                .contains("spec.arguments.parameters.0.value = resnet  from body.model of this event")
                .contains("generateName: ml-pipeline-run-")
                .contains("value: imagenet")
                .contains("As expected: 1 of 1.");
    }

    @Test
    void events_are_given_in_order_and_each_says_what_is_expected_of_it() throws IOException {
        write(
                "events.yaml",
                """
                source: hooks/a
                body: {n: 1}
                expect: waiting
                ---
                source: hooks/b
                body: {ok: false}
                expect: filtered
                ---
                source: hooks/b
                body: {ok: true}
                expect: {pair/both: fired}
                ---
                source: hooks/other
                body: {}
                expect: unheard
                """);
        var ended = test("", "pair.yaml", "-e", "events.yaml");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).contains("data body.ok = true").contains("was false").contains("As expected: 4 of 4.");
    }

    @Test
    void what_is_not_as_expected_ends_with_1_and_is_in_the_report() throws Exception {
        write("events.yaml", "{source: hooks/a, body: {}, expect: {both: fired}}\n");
        var ended = test("", "pair.yaml", "-e", "events.yaml", "--junit", "report.xml");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("expected fired, but it is waiting: pair/both waits for other events");
        var report =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(directory.resolve("report.xml").toFile());
        var suite = report.getElementsByTagName("testsuite").item(0).getAttributes();
        assertThat(suite.getNamedItem("tests").getNodeValue()).isEqualTo("1");
        assertThat(suite.getNamedItem("failures").getNodeValue()).isEqualTo("1");
        assertThat(report.getElementsByTagName("failure").getLength()).isEqualTo(1);
    }

    @Test
    void parameters_may_be_expected() throws IOException {
        var expected = "expect: {trigger-ml-pipeline: {parameters: {spec.arguments.parameters.0.value: %s}}}\n";
        write("good.yaml", "source: webhook/trigger\nbody: {model: vit, dataset: d}\n" + expected.formatted("vit"));
        write("bad.yaml", "source: webhook/trigger\nbody: {model: vit, dataset: d}\n" + expected.formatted("bert"));
        assertThat(test("", GUIDE, "-e", "good.yaml").exit()).isZero();
        assertThat(test("", GUIDE, "-e", "bad.yaml").err()).contains("should be bert, but is vit");
    }

    @Test
    void what_the_server_keeps_of_an_event_is_an_event_of_a_file() {
        var kept =
                """
                {"id":"0193","eventSource":"webhook","eventName":"trigger","at":"2026-11-24T12:00:00.000Z","type":"webhook",
                 "context":{"id":"0193","source":"webhook","subject":"trigger","type":"webhook","time":"2026-11-24T12:00:00Z"},
                 "data":{"header":{},"body":{"model":"m","dataset":"d"}}}\
                """;
        var ended = test(kept, GUIDE, "-e", "-", "-o", "json");
        assertThat(ended.exit()).isZero();
        var story = Json.parse(ended.out());
        assertThat(story.textAt("id")).contains("0193");
        assertThat(story.textAt("at")).contains("2026-11-24T12:00:00Z");
        var delivery = story.listAt("deliveries").getFirst();
        assertThat(delivery.mapAt("wanted").textAt("kind")).contains("Workflow");
        assertThat(delivery.mapAt("condition").find("result")).contains(Value.bool(true));
    }

    @Test
    void files_that_cannot_be_used_end_with_2() throws IOException {
        write("broken.yaml", PAIR.replace("eventName: a", "eventNam: a"));
        var broken = test("{}", "broken.yaml", "-e", "-");
        assertThat(broken.exit()).isEqualTo(2);
        assertThat(broken.err()).contains("eventNam");
        var nowhere = test("{}", "pair.yaml", "-e", "-");
        assertThat(nowhere.exit()).isEqualTo(2);
        assertThat(nowhere.err()).contains("TIP-7320").contains("--source SOURCE/EVENT");
        assertThat(test("{}", "pair.yaml", "-e", "absent.json").exit()).isEqualTo(2);
        assertThat(test("{}", "pair.yaml", "-e", "-", "--source", "hooks/a", "--expect", "maybe").exit()).isEqualTo(2);
    }
}
