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
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A browser before a server of its own with the guide's pipeline and the templates of `screens.yaml` in it, and what the tests
/// of pages do there.
abstract class BrowserCase {
    static final Pattern EVENT_PAGE = Pattern.compile(".*/events/[0-9a-f-]+$");
    static final Pattern RUN_PAGE = Pattern.compile(".*/workflows/argo-events/[a-z0-9-]+(\\?.*)?$");

    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f]{32}");

    @TempDir static Path directory;

    static GuideServer server;
    static Screens screens;

    @BeforeAll
    static void start() throws IOException {
        Screens.chromium();
        var manifests = directory.resolve("screens.yaml");
        try (var in = BrowserCase.class.getResourceAsStream("screens.yaml")) {
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

    static String link(String printed) {
        return printed.lines().filter(line -> line.startsWith("http")).findFirst().orElseThrow();
    }

    static void look(Page page, String path, String name, String testId, List<String> found) {
        Screens.go(page, path);
        assertThat(page.getByTestId(testId).first()).isVisible();
        judge(page, name, found);
    }

    static void judge(Page page, String name, List<String> found) {
        for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            var word = theme.name().toLowerCase(Locale.ROOT);
            Screens.theme(page, theme);
            assertThat(page.locator("html")).hasAttribute("data-theme", word);
            Screens.picture(page, name + "-" + word);
            found.addAll(Screens.inaccessible(page, theme == ColorScheme.LIGHT));
        }
    }

    /// Submits a template, and returns the run's path.
    static String submitted(String template) {
        var name = Pattern.compile(template + "-[a-z0-9]+").matcher(server.tiphys("submit", template));
        assertThat(name.find()).isTrue();
        return "/workflows/" + GuideServer.NAMESPACE + "/" + name.group();
    }

    /// Sends an event to the guide's webhook, and returns the path of the run that it led to.
    static String fired() {
        var id = sent("webhook/trigger", "{\"model\":\"resnet\",\"dataset\":\"imagenet\"}");
        try (var page = screens.open("/events/" + id)) {
            return page.getByTestId("firing-run").getAttribute("href");
        }
    }

    /// Sends an event to an event source, and returns its id.
    static String sent(String source, String body) {
        var id = EVENT_ID.matcher(server.tiphys("events", "send", source, "-d", body));
        assertThat(id.find()).isTrue();
        return id.group();
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static void act(Page page, String action) {
        page.getByTestId("action-" + action).click();
        page.getByTestId("confirm-yes").click();
    }

    static Locator step(Page page, String name) {
        return page.getByTestId("step-row").filter(text(name)).first();
    }

    static Locator.FilterOptions text(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
