package tiphys.cli.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Paths of the API of UI and CLI.
public final class Paths {
    public static final String ROOT = "/tiphys/v1";

    private Paths() {}

    /// A text as one part of a path or one value of a query.
    public static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public static String run(String namespace, String name) {
        return ROOT + "/namespaces/" + part(namespace) + "/runs/" + part(name);
    }

    public static String event(String id) {
        return ROOT + "/events/" + part(id);
    }

    static String log(RunView run, LogStep step) {
        return run(run.namespace(), run.name())
                + "/nodes/"
                + part(step.node().id())
                + "/log?attempt="
                + step.attempt().number()
                + (step.container().isEmpty() ? "" : "&container=" + part(step.container()));
    }
}
