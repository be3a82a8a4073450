package tiphys.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import tiphys.server.http.Problem;

/// The few pages that are shown to people who are not logged in.
final class Pages {
    private static final String STYLE =
            ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;"
                    + "margin:20vh auto;padding:0 1rem}";

    /// What a content security policy has to allow for these pages: their own style, and no other inside a page.
    static final String STYLE_SOURCE = "'sha256-" + hash(STYLE) + "'";

    static final String LINK_IS_USED =
            page(
                    "This link is used up",
                    "A login link is good once and for ten minutes. Print a new one with <code>tiphys open</code>.");

    private Pages() {}

    static String refused(Problem problem) {
        return problem.status() == 401
                ? page(
                        "Please log in",
                        "Open the link that <code>tiphys up</code> printed, or print a new one with <code>tiphys open</code>.")
                : page("Not from here", escaped(problem.message()) + ". " + escaped(problem.hint()) + ".");
    }

    private static String page(String title, String text) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tiphys: "
                + title
                + "</title>"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<style>"
                + STYLE
                + "</style></head><body><main><h1>"
                + title
                + "</h1><p>"
                + text
                + "</p></main></body></html>";
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
