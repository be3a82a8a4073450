package tiphys.cli.command;

import java.util.Optional;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;

/// Events by the names that people use for them: the id, or a unique beginning of it, or `@latest`.
public final class EventView {
    private static final int LOOKED_AT = 200;

    private EventView() {}

    /// The event with its detail.
    public static Fields of(Session session, String id) {
        return find(session, id)
                .orElseThrow(() ->
                        CliError.of(ExitCode.NOT_FOUND, "TIP-7207", "there is no event \"" + id + "\"")
                                .fix("tiphys events list -A"));
    }

    /// The event, if exactly one is meant.
    public static Optional<Fields> find(Session session, String id) {
        boolean latest = id.equals("@latest");
        if (!latest) {
            var exact = session.api().find(Paths.event(id));
            if (exact.isPresent()) {
                return exact.map(Fields::of);
            }
        }
        var query = Paths.ROOT + "/events?limit=" + (latest ? 1 : LOOKED_AT);
        var namespace = session.wantedNamespace().map(name -> "&namespace=" + Paths.part(name)).orElse("");
        var ids =
                Fields.of(session.api().get(query + namespace)).items("items").stream()
                        .map(event -> event.text("id"))
                        .filter(found -> latest || found.startsWith(id))
                        .toList();
        if (ids.size() > 1) {
            throw CliError.of(ExitCode.USAGE, "TIP-7208", "more than one event begins with \"" + id + "\"")
                    .why(String.join("\n", ids.subList(0, Math.min(8, ids.size()))))
                    .hint("write more of the id");
        }
        return ids.stream().findFirst().map(found -> Fields.of(session.api().get(Paths.event(found))));
    }
}
