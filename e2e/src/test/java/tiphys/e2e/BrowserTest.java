package tiphys.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The web application in a real browser, against a real server with the guide's pipeline in it.
class BrowserTest {
    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern EVENT_PAGE = Pattern.compile(".*/events/[0-9a-f-]+$");
    private static final Pattern RUN_PAGE = Pattern.compile(".*/runs/argo-events/[a-z0-9-]+(\\?.*)?$");

    @TempDir static Path directory;

    private static GuideServer server;
    private static Screens screens;

    @BeforeAll
    static void start() throws IOException {
        Screens.chromium();
        var manifests = directory.resolve("screens.yaml");
        try (var in = BrowserTest.class.getResourceAsStream("screens.yaml")) {
            Files.writeString(
                    manifests,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("@marker@", directory.resolve("marker").toString())
                            .replace("@gate@", directory.resolve("gate").toString()));
        }
        server = new GuideServer(directory.resolve("data"), manifests);
        screens = new Screens(server, directory, link(server.tiphys("open", "--print")));
    }

    @AfterAll
    static void stop() {
        try (var _ = server;
                var _ = screens) {
            assertThat(screens == null ? List.of() : screens.complaints()).as("errors in the console").isEmpty();
        }
    }

    private static String link(String printed) {
        return printed.lines().filter(line -> line.startsWith("http")).findFirst().orElseThrow();
    }

    @Test
    void an_event_sent_in_the_ui_lights_the_flow_and_leads_to_its_verdict_and_its_run() {
        try (var flow = screens.open("/flow?view=list");
                var page = screens.open("/flow")) {
            assertThat(flow.getByTestId("flow-list")).containsText("ml-pipeline-sensor");
            assertThat(flow.getByTestId("connection")).containsText("Live");
            assertThat(page.getByTestId("canvas")).isVisible();

            page.getByTestId("send-event").click();
            page.getByTestId("send-body").fill("{\"model\":\"bert\",\"dataset\":\"squad\"}");
            page.getByTestId("send-yes").click();
            page.waitForURL(EVENT_PAGE);

            assertThat(page.getByTestId("event-summary"))
                    .containsText("ml-pipeline-sensor/trigger-ml-pipeline fired ml-pipeline-run-");
            assertThat(page.getByTestId("payload")).containsText("bert");
            assertThat(page.getByTestId("delivery")).containsText("training-event");
            assertThat(page.getByTestId("delivery")).containsText("spec.arguments.parameters.0.value");
            assertThat(flow.getByTestId("flow-list")).containsText("ml-pipeline-run-");

            page.getByTestId("firing-run").click();
            page.waitForURL(RUN_PAGE);
            assertThat(page.getByTestId("run-phase")).containsText("Succeeded");
            assertThat(page.getByTestId("run-graph")).isVisible();
            page.getByTestId("tab-steps").click();
            step(page, "train-model").click();
            assertThat(page.getByTestId("node-panel")).containsText("python:3.9");
            page.getByTestId("node-tab-log").click();
            assertThat(page.getByTestId("log")).containsText("Training bert...");
            page.getByTestId("tab-parameters").click();
            assertThat(page.getByTestId("run-parameters")).containsText("squad");
            page.getByTestId("tab-why").click();
            assertThat(page.getByTestId("explain").first()).containsText("train-model");
            page.getByTestId("run-event").click();
            page.waitForURL(EVENT_PAGE);
        }
    }

    @Test
    void a_replay_of_an_event_that_made_a_run_asks_first() {
        server.tiphys("events", "send", "webhook/trigger", "-d", "{\"model\":\"vit\",\"dataset\":\"coco\"}");
        try (var page = screens.open("/events?verdict=fired")) {
            page.getByTestId("event-row").first().locator("[data-row]").click();
            page.waitForURL(EVENT_PAGE);
            assertThat(page.getByTestId("firing-run")).hasCount(1);
            page.getByTestId("replay").click();
            assertThat(page.getByTestId("confirm")).containsText("ml-pipeline-run-");
            page.getByTestId("confirm-no").click();
            assertThat(page.getByTestId("firing-run")).hasCount(1);
            page.getByTestId("replay").click();
            page.getByTestId("confirm-yes").click();
            assertThat(page.getByTestId("firing-run")).hasCount(2);
        }
    }

    @Test
    void a_failed_runs_first_screen_has_the_step_the_reason_and_its_last_lines_and_a_retry_mends_it() {
        try (var page = screens.open("/templates")) {
            page.locator("[data-testid=template-row][data-template=evaluate-nightly]").getByTestId("submit").click();
            page.getByTestId("submit-dialog").getByLabel("threshold").fill("0.95");
            page.getByTestId("submit-yes").click();
            page.waitForURL(RUN_PAGE);

            assertThat(page.getByTestId("failed-step")).hasText("evaluate");
            assertThat(page.getByTestId("failure-message")).containsText("exit code 3");
            assertThat(page.getByTestId("failure-log")).containsText("accuracy 0.87 is below 0.95");
            assertThat(page.getByTestId("failure-log")).containsText("batch 22/40");
            assertThat(page.getByTestId("failure-log")).not().containsText("batch 21/40");
            var found = new ArrayList<String>();
            judge(page, "failed-run", found);
            assertThat(found).isEmpty();

            page.getByTestId("action-retry").click();
            page.getByTestId("confirm-yes").click();
            assertThat(page.getByTestId("run-phase")).containsText("Succeeded");
            assertThat(page.getByTestId("failure-card")).hasCount(0);
        }
    }

    @Test
    void a_run_is_suspended_resumed_stopped_and_terminated_from_its_page() {
        try (var page = screens.open(submitted("gated"))) {
            act(page, "suspend");
            assertThat(page.getByTestId("run-phase")).containsText("Suspended");
            act(page, "resume");
            assertThat(page.getByTestId("run-phase")).containsText("Running");
            act(page, "stop");
            assertThat(page.getByTestId("run-phase")).containsText("Failed");
            page.getByTestId("tab-steps").click();
            assertThat(step(page, "onExit")).containsText("Succeeded");
        }
        try (var page = screens.open(submitted("gated"))) {
            act(page, "terminate");
            assertThat(page.getByTestId("run-phase")).containsText("Failed");
            page.getByTestId("tab-steps").click();
            assertThat(step(page, "hold")).containsText("Failed");
            assertThat(page.getByTestId("step-row").filter(text("onExit"))).hasCount(0);
        }
    }

    @Test
    void filters_and_searches_are_in_the_address_and_survive_a_reload() {
        var run = fired();
        try (var page = screens.open("/runs")) {
            page.getByTestId("runs-phase").getByText("Succeeded").click();
            page.waitForURL(Pattern.compile(".*phase=Succeeded.*"));
            page.getByTestId("runs-search").fill(name(run));
            page.waitForURL(Pattern.compile(".*search=" + name(run) + ".*"));
            assertThat(page.getByTestId("run-row")).hasCount(1);
            page.reload();
            assertThat(page.getByTestId("run-row")).hasCount(1);
            assertThat(page.getByTestId("runs-search")).hasValue(name(run));
            page.getByTestId("runs-search").fill("no-such-run");
            assertThat(page.getByTestId("empty")).containsText("No run matches");
        }
        try (var page = screens.open(run + "?view=steps")) {
            step(page, "evaluate-model").click();
            page.waitForURL(Pattern.compile(".*node=.*"));
            page.reload();
            assertThat(page.getByTestId("node-panel")).containsText("evaluate-model");
            page.goBack();
        }
    }

    @Test
    void the_keyboard_reaches_every_page_the_help_and_the_commands() {
        try (var page = screens.open("/flow")) {
            assertThat(page.getByTestId("canvas")).isVisible();
            for (var place : List.of("runs", "templates", "events", "flow")) {
                page.keyboard().press("g");
                page.keyboard().press(place.substring(0, 1));
                page.waitForURL(Pattern.compile(".*/" + place + ".*"));
            }
            page.keyboard().press("?");
            assertThat(page.getByTestId("shortcuts")).containsText("Send test event");
            page.keyboard().press("Escape");
            page.keyboard().press("Control+k");
            assertThat(page.getByTestId("palette")).isVisible();
            page.keyboard().type("templates");
            page.keyboard().press("Enter");
            page.waitForURL(Pattern.compile(".*/templates.*"));
        }
    }

    @Test
    void the_link_that_open_prints_for_a_run_leads_to_its_page() {
        var run = name(fired());
        try (var page = screens.open("/flow")) {
            page.navigate(link(server.tiphys("open", run, "--print")));
            page.waitForURL(RUN_PAGE);
            assertThat(page.locator("h1")).hasText(run);
        }
    }

    @Test
    void every_screen_is_accessible_in_both_themes() {
        var run = fired();
        var large = submitted("gated");
        server.tiphys("events", "send", "webhook/trigger", "-d", "{\"model\":\"resnet\",\"dataset\":\"imagenet\"}");
        var found = new ArrayList<String>();
        try (var page = screens.open("/events")) {
            assertThat(page.getByTestId("event-row").first()).containsText("ml-pipeline-run");
            var event = page.getByTestId("event-row").first().getAttribute("data-event");
            look(page, "/flow?view=graph", "flow", "flow-graph", found);
            look(page, "/flow?view=list", "flow-list", "flow-list", found);
            look(page, "/events", "events", "events", found);
            look(page, "/events/" + event, "event", "delivery", found);
            look(page, "/runs", "runs", "runs", found);
            look(page, large, "run-live", "run-graph", found);
            look(page, run, "run", "run-graph", found);
            look(page, run + "?view=timeline", "run-timeline", "timeline", found);
            look(page, run + "?view=parameters", "run-parameters", "run-parameters", found);
            look(page, run + "?view=why", "run-why", "explain", found);
            look(page, run + "?view=manifest", "run-manifest", "manifest", found);
            look(page, run + "?view=steps", "run-steps", "steps", found);
            step(page, "train-model").click();
            page.getByTestId("node-tab-log").click();
            assertThat(page.getByTestId("log")).containsText("Training");
            judge(page, "run-log", found);
            page.keyboard().press("Control+k");
            assertThat(page.getByTestId("palette")).isVisible();
            judge(page, "palette", found);
            page.keyboard().press("Escape");
            page.keyboard().press("?");
            assertThat(page.getByTestId("shortcuts")).isVisible();
            judge(page, "shortcuts", found);
            page.keyboard().press("Escape");
            look(page, "/flow?view=graph&selected=source:argo-events/webhook/trigger", "source", "flow-panel", found);
            page.getByTestId("send-event").click();
            assertThat(page.getByTestId("send-yes")).isEnabled();
            judge(page, "send", found);
            page.keyboard().press("Escape");
            look(page, "/templates", "templates", "template-row", found);
            page.locator("[data-template=evaluate-nightly]").getByTestId("submit").click();
            judge(page, "submit", found);
        }
        assertThat(found).isEmpty();
    }

    private static void look(Page page, String path, String name, String testId, List<String> found) {
        Screens.go(page, path);
        assertThat(page.getByTestId(testId).first()).isVisible();
        judge(page, name, found);
    }

    private static void judge(Page page, String name, List<String> found) {
        for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            var word = theme.name().toLowerCase(Locale.ROOT);
            Screens.theme(page, theme);
            assertThat(page.locator("html")).hasAttribute("data-theme", word);
            Screens.picture(page, name + "-" + word);
            found.addAll(Screens.inaccessible(page, theme == ColorScheme.LIGHT));
        }
    }

    /// Submits a template, and returns the run's path.
    private static String submitted(String template) {
        var name = Pattern.compile(template + "-[a-z0-9]+").matcher(server.tiphys("submit", template));
        assertThat(name.find()).isTrue();
        return "/runs/" + GuideServer.NAMESPACE + "/" + name.group();
    }

    /// Sends an event to the guide's webhook, and returns the path of the run that it led to.
    private static String fired() {
        var id =
                EVENT_ID.matcher(
                        server.tiphys(
                                "events",
                                "send",
                                "webhook/trigger",
                                "-d",
                                "{\"model\":\"resnet\",\"dataset\":\"imagenet\"}"));
        assertThat(id.find()).isTrue();
        try (var page = screens.open("/events/" + id.group())) {
            return page.getByTestId("firing-run").getAttribute("href");
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void act(Page page, String action) {
        page.getByTestId("action-" + action).click();
        page.getByTestId("confirm-yes").click();
    }

    private static Locator step(Page page, String name) {
        return page.getByTestId("step-row").filter(text(name)).first();
    }

    private static Locator.FilterOptions text(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
