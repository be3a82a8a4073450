package tiphys.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The web application in a real browser, against a real server with the guide's pipeline in it: an event's way, runs and what
/// can be done with them.
class BrowserTest extends BrowserCase {
    @Test
    void an_event_sent_in_the_ui_lights_the_flow_and_leads_to_its_verdict_and_its_run() {
        try (var flow = screens.open("/flow?view=list");
                var page = screens.open("/flow")) {
            assertThat(flow.getByTestId("flow-list")).containsText("ml-pipeline-sensor");
            assertThat(flow.getByTestId("connection")).containsText("Live");
            assertThat(page.getByTestId("canvas")).isVisible();

            page.getByTestId("send-event").click();
            page.getByTestId("send-source").selectOption("argo-events/webhook/trigger");
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
    void the_events_that_are_filtered_are_replayed_after_a_plan() {
        server.tiphys("events", "send", "webhook/trigger", "-d", "{\"model\":\"range\",\"dataset\":\"coco\"}");
        try (var page = screens.open("/events?search=body.model%3Drange&verdict=fired")) {
            assertThat(page.getByTestId("event-row")).hasCount(1);
            page.getByTestId("replay-range").click();
            assertThat(page.getByTestId("replay-range-dialog")).containsText("1 fired before, and are passed over");
            page.getByTestId("replay-again").click();
            assertThat(page.getByTestId("replay-range-dialog")).containsText("1 fire");
            page.getByTestId("replay-range-yes").click();
            assertThat(page.getByTestId("replay-range-dialog")).hasCount(0);
            page.getByTestId("event-row").first().locator("[data-row]").click();
            page.waitForURL(EVENT_PAGE);
            assertThat(page.getByTestId("firing-run")).hasCount(2);
        }
    }

    @Test
    void a_failed_runs_first_screen_has_the_step_the_reason_and_its_last_lines_and_a_retry_mends_it() {
        try (var page = screens.open("/workflow-templates")) {
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
        try (var page = screens.open("/workflows")) {
            page.getByTestId("runs-phase").getByText("Succeeded").click();
            page.waitForURL(Pattern.compile(".*phase=Succeeded.*"));
            page.getByTestId("runs-search").fill(name(run));
            page.waitForURL(Pattern.compile(".*search=" + name(run) + ".*"));
            assertThat(page.getByTestId("run-row")).hasCount(1);
            page.reload();
            assertThat(page.getByTestId("run-row")).hasCount(1);
            assertThat(page.getByTestId("runs-search")).hasValue(name(run));
            page.getByTestId("runs-search").fill("no-such-run");
            assertThat(page.getByTestId("empty")).containsText("No workflow matches");
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
            var keys =
                    Map.of(
                            "w", "workflows",
                            "c", "cron-workflows",
                            "t", "workflow-templates",
                            "e", "events",
                            "n", "sensors",
                            "s", "event-sources",
                            "a", "about",
                            "f", "flow");
            keys.forEach((key, place) -> {
                page.keyboard().press("g");
                page.keyboard().press(key);
                page.waitForURL(Pattern.compile(".*/" + place + ".*"));
            });
            page.keyboard().press("g");
            page.keyboard().press("f");
            page.keyboard().press("?");
            assertThat(page.getByTestId("shortcuts")).containsText("Send test event");
            page.keyboard().press("Escape");
            page.keyboard().press("Control+k");
            assertThat(page.getByTestId("palette")).isVisible();
            page.keyboard().type("workflow templates");
            page.keyboard().press("Enter");
            page.waitForURL(Pattern.compile(".*/workflow-templates.*"));
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
            look(page, "/workflows", "runs", "runs", found);
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
            look(page, "/workflow-templates", "templates", "template-row", found);
            page.locator("[data-template=evaluate-nightly]").getByTestId("submit").click();
            judge(page, "submit", found);
        }
        assertThat(found).isEmpty();
    }
}
