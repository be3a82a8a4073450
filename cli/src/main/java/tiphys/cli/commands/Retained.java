package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import tiphys.cli.commands.Doctor.Finding;
import tiphys.cli.commands.Doctor.Health;
import tiphys.cli.server.Fields;
import tiphys.cli.terminal.Times;

/// What retention will take of the events, in words, before it takes it.
record Retained(Fields retention) {
    private static final String KEEP = "kubectl annotate namespace NS ";

    static Retained of(Fields status) {
        return new Retained(status.in("retention"));
    }

    /// One finding for each thing that somebody may want to know.
    List<Finding> findings() {
        var found = new ArrayList<Finding>();
        long old = 0;
        for (var one : retention.items("leaving")) {
            var source = one.text("source");
            long number = one.number("number");
            switch (one.text("why")) {
                case "count" ->
                        found.add(
                                new Finding(
                                        Health.DOUBT,
                                        "events",
                                        source
                                                + " holds "
                                                + number
                                                + " events, as many as are kept: each new one lets the oldest go, before its age does",
                                        KEEP + "tiphys.io/keep-events-count=NUMBER"));
                case "bytes" ->
                        found.add(
                                new Finding(
                                        Health.DOUBT,
                                        "events",
                                        "those of namespace "
                                                + source
                                                + " take "
                                                + Times.bytes(number)
                                                + ", nearly as much as is kept: new ones let the oldest go",
                                        KEEP + "tiphys.io/keep-events-bytes=SIZE"));
                default -> old += number;
            }
        }
        if (old > 0) {
            found.add(Finding.ok("events", old + " get too old within a day, and go"));
        }
        var kept = retention.in("kept");
        if (kept.number("events") > 0) {
            found.add(
                    new Finding(
                            Health.DOUBT,
                            "events",
                            kept.number("events")
                                    + " are past their limits and stay, for these have not come to them: "
                                    + String.join(", ", kept.texts("by")),
                            "tiphys get sensors -A"));
        }
        retention.texts("problems").forEach(why -> found.add(new Finding(Health.BAD, "events", why, "")));
        return found;
    }
}
