package tiphys.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages of event sources, sensors, templates and workflows: what a reader of the guide looks for, and what people shape.
class PagesTest extends BrowserCase {
    private static final String LARGE = "{\"amount\":250,\"currency\":\"EUR\"}";
    private static final String SMALL = "{\"amount\":25,\"currency\":\"EUR\"}";

    @Test
    void the_navigation_has_the_guides_words() {
        try (var page = screens.open("/")) {
            var words =
                    List.of(
                            "Event Flow",
                            "Event Sources",
                            "Sensors",
                            "Events",
                            "Workflow Templates",
                            "Cron Workflows",
                            "Workflows");
            for (var word : words) {
                page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Pages"))
                        .getByText(word, new Locator.GetByTextOptions().setExact(true))
                        .first()
                        .click();
                assertThat(page.locator("h1")).hasText(word);
            }
        }
    }

    @ParameterizedTest(name = "{0} leads to {1}")
    @CsvSource({
        "/runs, /workflows",
        "/runs?phase=Failed, /workflows?phase=Failed",
        "/runs/argo-events/gone, /workflows/argo-events/gone",
        "/templates, /workflow-templates"
    })
    void an_old_address_leads_to_its_page(String before, String now) {
        try (var page = screens.context().newPage()) {
            page.navigate(Screens.ADDRESS + before);
            page.waitForURL(Screens.ADDRESS + now);
        }
    }

    @Test
    void an_event_source_says_where_it_listens_who_hears_it_and_what_came() {
        var event = sent("orders/created", LARGE);
        try (var page = screens.open("/event-sources")) {
            var row = page.locator("[data-testid=source-row][data-source=orders]");
            assertThat(row).containsText("Ready");
            assertThat(row).containsText("http://localhost:12001/orders");
            row.locator("[data-row]").click();
            page.waitForURL(Pattern.compile(".*/event-sources/argo-events/orders"));
            assertThat(page.getByTestId("source-event")).containsText("created");
            assertThat(page.getByTestId("source-curl")).containsText("curl -X POST");
            assertThat(page.getByTestId("source-curl")).containsText("http://localhost:12001/orders");
            assertThat(page.getByTestId("source-sensors")).containsText("large-orders");
            assertThat(page.getByTestId("source-page")).containsText("Ready since");
            assertThat(page.locator("[data-testid=event-row][data-event='" + event + "']")).isVisible();
            assertThat(page.getByTestId("manifest")).containsText("kind: EventSource");
        }
    }

    @Test
    void a_sensor_tells_its_filters_in_words_and_why_it_did_not_fire() {
        var small = sent("orders/created", SMALL);
        try (var page = screens.open("/sensors")) {
            page.locator("[data-testid=sensor-row][data-sensor=large-orders] [data-row]").click();
            page.waitForURL(Pattern.compile(".*/sensors/argo-events/large-orders"));
            assertThat(page.getByTestId("filters")).containsText("body.amount is more than 100");
            assertThat(page.getByTestId("filters")).containsText("body.currency matches EUR or USD");
            assertThat(page.getByTestId("trigger")).containsText("Fires when order has passed.");
            assertThat(page.getByTestId("trigger")).containsText("creates a Workflow");
            assertThat(page.getByTestId("trigger")).containsText("body.amount of order");
            var row = page.getByTestId("deliveries").locator("[data-event='" + small + "']");
            assertThat(row).containsText("body.amount > 100, but was 25");
            page.getByTestId("trigger-template").click();
            page.waitForURL(Pattern.compile(".*/workflow-templates/argo-events/greeting"));
        }
    }

    @Test
    void events_are_found_by_their_payload_and_their_sensor() {
        var found = sent("orders/created", "{\"amount\":7,\"currency\":\"CHF\",\"note\":\"needle\"}");
        var other = sent("orders/created", "{\"amount\":8,\"currency\":\"CHF\"}");
        try (var page = screens.open("/events?sensor=large-orders&verdict=filtered")) {
            assertThat(page.locator("[data-event='" + other + "']")).isVisible();
            page.getByTestId("events-search").fill("body.amount=7 NEEDLE");
            page.waitForURL(Pattern.compile(".*search=.*"));
            assertThat(page.getByTestId("event-row")).hasCount(1);
            assertThat(page.locator("[data-event='" + found + "']")).containsText("body.currency = \"EUR\"");
            page.getByTestId("time-range").selectOption("15m");
            page.waitForURL(Pattern.compile(".*since=15m.*"));
            assertThat(page.getByTestId("event-row")).hasCount(1);
        }
    }

    @Test
    void what_a_step_filed_is_listed_and_opens_to_what_is_in_it() {
        var run = submitted("filed");
        var found = new ArrayList<String>();
        try (var page = screens.open(run + "?view=artifacts")) {
            var scores = page.locator("[data-testid=artifact][data-artifact=scores]");
            assertThat(scores).containsText("/tmp/made/scores.csv");
            scores.locator("summary").click();
            assertThat(scores.locator("th").first()).hasText("model");
            assertThat(scores.locator("td").first()).hasText("resnet");
            var all = page.locator("[data-testid=artifact][data-artifact=all]");
            all.locator("summary").first().click();
            all.locator("summary").filter(new Locator.FilterOptions().setHasText("report.html")).click();
            assertThat(all.frameLocator("iframe").locator("h1")).hasText("Report");
            judge(page, "run-artifacts", found);
            var file = page.waitForDownload(() -> scores.locator("a[download]").click());
            assertThat(file.suggestedFilename()).isEqualTo("scores.tgz");
        }
        assertThat(found).isEmpty();
    }

    @Test
    void a_cron_workflow_says_when_it_is_due_and_is_resumed_and_run_from_its_page() {
        var found = new ArrayList<String>();
        try (var page = screens.open("/cron-workflows")) {
            var row = page.locator("[data-testid=cron-row][data-cron=new-year]");
            assertThat(row).containsText("Suspended");
            judge(page, "crons", found);
            row.getByTestId("cron-resume").click();
            assertThat(row).containsText("Active");
            row.locator("[data-row]").click();
            page.waitForURL(Pattern.compile(".*/cron-workflows/argo-events/new-year"));
            assertThat(page.getByTestId("cron-next").locator("li").first()).containsText("1 Jan");
            judge(page, "cron", found);
            page.getByTestId("cron-trigger").click();
            page.getByTestId("confirm-yes").click();
            page.waitForURL(Pattern.compile(".*/workflows/argo-events/new-year-.*"));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void a_template_shows_its_steps_before_any_run_and_is_submitted_from_its_page() {
        try (var page = screens.open("/workflow-templates")) {
            assertThat(page.locator("[data-template=greeting]")).containsText("Says one thing");
            page.locator("[data-template=greeting] [data-row]").click();
            page.waitForURL(Pattern.compile(".*/workflow-templates/argo-events/greeting"));
            assertThat(page.getByTestId("plan-graph")).isVisible();
            assertThat(page.getByTestId("template-description")).containsText("Says one thing");
            page.getByTestId("tab-steps").click();
            var steps = page.getByTestId("plan-steps");
            assertThat(steps).containsText("second");
            steps.getByText("second").click();
            assertThat(page.getByTestId("plan-panel")).containsText("'{{workflow.parameters.text}}' == 'twice'");
            page.getByTestId("panel-close").click();
            page.getByTestId("tab-parameters").click();
            assertThat(page.getByTestId("template-parameters")).containsText("What is said");

            page.getByTestId("submit").click();
            var dialog = page.getByTestId("submit-dialog");
            assertThat(dialog.getByLabel("limits")).hasValue("{\"words\": 3}");
            dialog.getByLabel("limits").fill("{\"words\": 3");
            assertThat(dialog).containsText("Not JSON");
            dialog.getByLabel("limits").fill("{\"words\": 4}");
            dialog.getByLabel("text").fill("twice");
            page.getByTestId("submit-yes").click();
            page.waitForURL(RUN_PAGE);
            assertThat(page.getByTestId("run-phase")).containsText("Succeeded");
            page.getByTestId("tab-parameters").click();
            assertThat(page.getByTestId("run-parameters")).containsText("given at the start");

            Screens.go(page, "/workflow-templates/argo-events/greeting");
            page.getByTestId("submit").click();
            page.getByTestId("last-values").click();
            assertThat(page.getByTestId("submit-dialog").getByLabel("text")).hasValue("twice");
        }
    }

    @Test
    void the_buttons_of_a_form_stay_where_they_are_while_earlier_runs_are_looked_for() {
        server.tiphys("submit", "greeting", "-n", "argo-events", "-p", "text=earlier", "--wait");
        try (var page = screens.open("/workflow-templates/argo-events/greeting")) {
            var held = new CompletableFuture<Route>();
            page.route(Pattern.compile(".*/runs\\?.*limit=.*"), held::complete);
            page.getByTestId("submit").click();
            var button = page.getByTestId("submit-yes");
            assertThat(page.getByTestId("last-values")).isDisabled();
            var before = button.boundingBox();
            page.waitForCondition(held::isDone);
            held.join().resume();
            assertThat(page.getByTestId("last-values")).isEnabled();
            var after = button.boundingBox();
            assertThat(List.of(after.x, after.y)).isEqualTo(List.of(before.x, before.y));
        }
    }

    @Test
    void the_guides_template_is_submitted_with_what_its_steps_use() {
        try (var page = screens.open("/workflow-templates/argo-events/ml-pipeline-template")) {
            page.getByTestId("submit").click();
            page.getByTestId("submit-dialog").getByLabel("model").fill("bert");
            page.getByTestId("submit-dialog").getByLabel("dataset").fill("squad");
            page.getByTestId("submit-yes").click();
            page.waitForURL(RUN_PAGE);
            assertThat(page.getByTestId("run-phase")).containsText("Succeeded");
        }
    }

    @Test
    void workflows_are_sorted_filtered_by_label_and_acted_on_together() {
        sent("orders/created", LARGE);
        sent("orders/created", LARGE);
        try (var page = screens.open("/workflows?labels=team%3Drisk&phase=Succeeded")) {
            assertThat(page.getByTestId("run-row").nth(1)).isVisible();
            page.getByTestId("columns-open").click();
            page.getByTestId("columns").getByText("team", new Locator.GetByTextOptions().setExact(true)).click();
            page.keyboard().press("Escape");
            assertThat(page.getByTestId("run-row").first()).containsText("risk");
            page.getByTestId("sort-name").click();
            page.waitForURL(Pattern.compile(".*sort=name.*"));
            assertThat(page.locator("[aria-busy=true]")).hasCount(0);
            var first = run(page.getByTestId("run-row").first());
            var last = run(page.getByTestId("run-row").last());
            page.getByTestId("sort-name").click();
            page.waitForURL(Pattern.compile(".*sort=-name.*"));
            assertThat(page.getByTestId("run-row").last()).hasAttribute("data-run", first);
            assertThat(page.getByTestId("pager-hint")).containsText("sorted among the latest");

            page.locator("[data-run='" + first + "']").getByTestId("choose").check();
            page.locator("[data-run='" + last + "']").getByTestId("choose").check();
            assertThat(page.getByTestId("batch")).containsText("2 chosen");
            page.getByTestId("batch-compare").click();
            page.waitForURL(Pattern.compile(".*/workflows/compare.*"));
            assertThat(page.getByTestId("compare-parameters")).containsText("250");
            assertThat(page.getByTestId("compare-steps")).containsText("first");
            page.goBack();

            var chosen = run(page.getByTestId("run-row").first());
            page.locator("[data-run='" + chosen + "']").getByTestId("choose").check();
            page.getByTestId("batch-delete").click();
            assertThat(page.getByTestId("confirm")).containsText("Delete");
            page.getByTestId("confirm-yes").click();
            assertThat(page.locator("[data-run='" + chosen + "']")).hasCount(0);
        }
    }

    private static String run(Locator row) {
        return Objects.requireNonNull(row.getAttribute("data-run"));
    }

    @Test
    void a_retry_says_first_what_runs_again_and_a_resubmission_takes_other_parameters() {
        try (var page = screens.open("/workflow-templates")) {
            page.locator("[data-template=evaluate-nightly]").getByTestId("submit").click();
            page.getByTestId("submit-yes").click();
            page.waitForURL(RUN_PAGE);
            assertThat(page.getByTestId("failure-command"))
                    .containsText("tiphys logs -n argo-events evaluate-nightly-");
            assertThat(page.getByTestId("failure-parameters")).containsText("threshold");
            page.getByTestId("action-retry").click();
            assertThat(page.getByTestId("retry-again")).containsText("evaluate");
            assertThat(page.getByTestId("retry-again")).containsText("publish");
            assertThat(page.getByTestId("retry-kept")).containsText("prepare");
            page.getByTestId("confirm-no").click();
            assertThat(page.getByTestId("run-phase")).containsText("Failed");

            page.getByTestId("tab-timeline").click();
            assertThat(page.getByTestId("gantt-row").filter(text("publish"))).containsText("Omitted");
            assertThat(page.getByTestId("critical-path")).containsText("prepare → evaluate");

            var before = page.url();
            page.getByTestId("action-resubmit").click();
            page.getByTestId("resubmit-dialog").getByLabel("threshold").fill("0.80");
            page.getByTestId("submit-yes").click();
            page.waitForURL(url -> !url.equals(before) && RUN_PAGE.matcher(url).matches());
            assertThat(page.getByTestId("run-phase")).containsText("Succeeded");
            page.getByTestId("tab-parameters").click();
            assertThat(page.getByTestId("run-parameters")).containsText("0.80");
            page.getByTestId("action-compare").click();
            page.waitForURL(Pattern.compile(".*/workflows/compare.*"));
            assertThat(page.getByTestId("compare-parameters")).containsText("0.80");
        }
    }

    @Test
    void the_graph_keeps_its_scale_when_a_panel_opens() {
        try (var page = screens.open(submitted("gated"))) {
            assertThat(page.getByTestId("run-graph")).isVisible();
            var scale = "() => document.querySelector('t-stage').scale";
            page.getByTestId("canvas").focus();
            var before = page.evaluate(scale);
            page.keyboard().press("ArrowRight");
            assertThat(page.getByTestId("node-panel")).isVisible();
            assertThat(page.evaluate(scale)).isEqualTo(before);
            act(page, "terminate");
        }
    }

    @Test
    void every_page_is_accessible_in_both_themes() {
        var event = sent("orders/created", LARGE);
        sent("orders/created", SMALL);
        var found = new ArrayList<String>();
        try (var page = screens.open("/events/" + event)) {
            var run = page.getByTestId("firing-run").getAttribute("href");
            look(page, "/event-sources", "sources", "source-row", found);
            look(page, "/event-sources/argo-events/orders", "source-page", "source-page", found);
            look(page, "/sensors", "sensors", "sensor-row", found);
            look(page, "/sensors/argo-events/large-orders", "sensor-page", "sensor-page", found);
            look(page, "/workflow-templates/argo-events/greeting?view=graph", "template", "plan-graph", found);
            look(page, "/workflow-templates/argo-events/greeting?view=steps", "template-steps", "plan-steps", found);
            look(
                    page,
                    "/workflow-templates/argo-events/greeting?view=parameters",
                    "template-parameters",
                    "template-parameters",
                    found);
            look(page, "/workflow-templates/argo-events/greeting?view=runs", "template-runs", "runs", found);
            look(page, "/about", "about", "about", found);
            var name = name(run);
            look(
                    page,
                    "/workflows/compare?a=argo-events/" + name + "&b=argo-events/" + name,
                    "compare",
                    "compare-steps",
                    found);
            look(page, "/flow?view=graph&sensors=source", "flow-by-source", "flow-graph", found);
            look(page, "/workflows", "workflows", "run-row", found);
            page.getByTestId("choose").first().check();
            page.getByTestId("columns-open").click();
            assertThat(page.getByTestId("columns")).isVisible();
            judge(page, "workflows-chosen", found);
            look(page, run, "run-resubmit", "run-graph", found);
            page.getByTestId("action-resubmit").click();
            judge(page, "resubmit", found);
        }
        assertThat(found).isEmpty();
    }
}
