package tiphys.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A browser that is logged in to a [GuideServer]: pages, their pictures, and what axe-core says against them.
final class Screens implements AutoCloseable {
    /// Where pictures are left; ./check tells nobody, but whoever changes the UI wants to look at them.
    static final Path PICTURES = Program.ROOT.resolve("e2e/target/screens");

    static final String ADDRESS = "http://127.0.0.1:2746";
    private static final double PATIENCE_MS = 20_000;
    private static final List<Path> CHROMIUM = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));

    private final Playwright playwright;
    private final Browser browser;
    private final BrowserContext context;
    private final List<String> complaints = new ArrayList<>();

    /// @param login the link that `tiphys open` printed
    Screens(GuideServer server, Path directory, String login) {
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(server.inside(chromium().toString(), directory)));
        context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setViewportSize(1280, 800)
                                .setColorScheme(ColorScheme.LIGHT)
                                .setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(PATIENCE_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        try (var page = context.newPage()) {
            page.navigate(login);
        }
    }

    /// The browser of this machine; without one, the tests that call this count as not run.
    static Path chromium() {
        var found = CHROMIUM.stream().filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), "chromium is not installed");
        return found.orElseThrow();
    }

    /// The browser's session, for pages whose complaints do not count.
    BrowserContext context() {
        return context;
    }

    /// A new page at a path of the application. Errors in its console are complaints.
    Page open(String path) {
        var page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("409 (")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.navigate(ADDRESS + path);
        return page;
    }

    /// What the pages complained about until now.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// Goes to another path of the application as a link in it does, without loading it anew.
    static void go(Page page, String path) {
        page.evaluate(
                "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path);
    }

    /// Shows a page in a theme; returns when the last colour has changed.
    static void theme(Page page, ColorScheme theme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        page.evaluate(
                """
                async () => {
                    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
                    await frame();
                    await frame();
                    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
                    await frame();
                }
                """);
    }

    /// Takes a picture of a page.
    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }

    /// What axe-core finds wrong with a page: each rule with the elements that break it.
    ///
    /// @param all whether every rule is asked; else only those that depend on colours
    static List<String> inaccessible(Page page, boolean all) {
        if (!Boolean.TRUE.equals(page.evaluate("() => !!window.axe"))) {
            page.evaluate(axe());
        }
        var found =
                page.evaluate(
                        """
                        async (all) => {
                            const rules = all ? {} : { runOnly: ['color-contrast'] };
                            const { violations } = await axe.run(document, { resultTypes: ['violations'], ...rules });
                            return violations.flatMap((rule) => rule.nodes.map((node) =>
                                `${location.pathname}${location.search} ${rule.id}: ${node.target.join(' ')} ${node.failureSummary}`));
                        }
                        """,
                        all);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (var in = Screens.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        playwright.close();
    }
}
