package tiphys.cli;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An event as lines: where it came from, what it carries, and for each sensor that heard it the tree of its verdict, with
/// the actual values, what was made, and where each parameter came from.
final class EventLines {
    private final Screen screen;
    private final Glyphs glyphs;

    /// A branch of the tree.
    private record Branch(String text, List<Branch> inside) {
        Branch(String text) {
            this(text, List.of());
        }
    }

    EventLines(Screen screen) {
        this.screen = screen;
        this.glyphs = screen.glyphs();
    }

    List<String> of(Fields event) {
        var lines = new ArrayList<String>();
        var verdict = event.text("verdict");
        lines.add(
                screen.paint(Ink.of(verdict), glyphs.phase(verdict))
                        + " event "
                        + screen.paint(Ink.STRONG, event.text("id"))
                        + "  "
                        + screen.paint(Ink.of(verdict), verdict));
        var source = event.text("eventSource") + "/" + event.text("eventName");
        var type = event.text("type").isEmpty() ? "" : " (" + event.text("type") + ")";
        field(lines, "source", event.text("namespace") + "/" + source + type);
        event.instant("at").ifPresent(at -> field(lines, "at", Times.date(at, screen.zone())));
        event.in("data").object().find("body").ifPresent(body -> field(lines, "body", Cells.oneLine(Json.write(body))));
        for (var run : event.items("runs")) {
            var phase = run.text("phase").isEmpty() ? "Pending" : run.text("phase");
            var text = run.text("namespace") + "/" + run.text("name") + "  " + glyphs.phase(phase) + " " + phase;
            field(lines, "run", screen.paint(Ink.of(phase), text));
        }
        var deliveries = event.items("deliveries");
        if (deliveries.isEmpty() && !event.text("summary").isEmpty()) {
            field(lines, "verdict", Cells.oneLine(event.text("summary")));
        }
        for (var delivery : deliveries) {
            lines.add("");
            delivery(delivery, lines);
        }
        return lines.stream().map(line -> Cells.cut(line, screen.width(), glyphs.ellipsis)).toList();
    }

    private void field(List<String> lines, String name, String text) {
        lines.add("  " + screen.paint(Ink.FAINT, Cells.fill(name, 8)) + text);
    }

    private void delivery(Fields delivery, List<String> lines) {
        var verdict = delivery.text("verdict");
        var head = screen.paint(Ink.of(verdict), glyphs.phase(verdict)) + " ";
        head += screen.paint(Ink.STRONG, delivery.text("sensor") + "/" + delivery.text("trigger"));
        head += "  " + screen.paint(Ink.of(verdict), verdict);
        if (delivery.number("replay") > 0) {
            head += "  replay " + delivery.number("replay");
        }
        lines.add(head);
        var inside = new ArrayList<Branch>();
        delivery.items("clauses").forEach(clause -> inside.add(clause(clause)));
        if (!delivery.in("condition").text("text").isEmpty()) {
            inside.add(condition(delivery.in("condition")));
        }
        if (delivery.has("firing")) {
            inside.add(firing(delivery.in("firing")));
        }
        draw(inside, "  ", lines);
    }

    private Branch clause(Fields clause) {
        boolean holds = clause.flag("result");
        var text = new StringBuilder(sign(holds)).append(' ').append(Cells.oneLine(clause.text("what")));
        if (!clause.text("error").isEmpty()) {
            text.append("  ").append(screen.paint(Ink.BAD, Cells.oneLine(clause.text("error"))));
        } else if (!clause.text("actual").isEmpty()) {
            text.append("  ")
                    .append(screen.paint(holds ? Ink.FAINT : Ink.DOUBT, "was " + Cells.oneLine(clause.text("actual"))));
        }
        return new Branch(text.toString(), clause.items("children").stream().map(this::clause).toList());
    }

    private Branch condition(Fields condition) {
        var holds = condition.in("holds").object().fields();
        var inside = new ArrayList<Branch>();
        holds.forEach((name, value) -> {
            boolean held = value instanceof Value.Bool(var truth, _) && truth;
            inside.add(
                    new Branch(
                            sign(held)
                                    + " "
                                    + name
                                    + "  "
                                    + screen.paint(Ink.FAINT, held ? "has come" : "has not come yet")));
        });
        return new Branch(
                sign(condition.flag("result")) + " condition " + Cells.oneLine(condition.text("text")),
                holds.size() > 1 ? inside : List.of());
    }

    private Branch firing(Fields firing) {
        var state = firing.text("state");
        var object = firing.in("object");
        var phase = state.equals("done") ? "fired" : state;
        var text = new StringBuilder();
        text.append(screen.paint(Ink.of(phase), glyphs.phase(phase))).append(' ');
        if (object.text("name").isEmpty()) {
            text.append("firing ").append(screen.paint(Ink.of(phase), state));
        } else {
            text.append(state.equals("done") ? "made " : state + " ").append(object.text("kind")).append(' ');
            text.append(object.text("namespace")).append('/').append(object.text("name"));
        }
        if (firing.number("attempts") > 1) {
            text.append("  after ").append(firing.number("attempts")).append(" attempts");
        }
        var inside = new ArrayList<Branch>();
        if (!firing.text("message").isEmpty()) {
            inside.add(new Branch(screen.paint(Ink.of(phase), Cells.oneLine(firing.text("message")))));
        }
        firing.items("parameters").forEach(parameter -> inside.add(new Branch(parameter(parameter))));
        return new Branch(text.toString(), inside);
    }

    private String parameter(Fields parameter) {
        boolean fallback = parameter.flag("fallback");
        var origin = Cells.oneLine(parameter.text("origin"));
        return parameter.text("dest")
                + " = "
                + Cells.oneLine(parameter.text("value"))
                + "  "
                + screen.paint(fallback ? Ink.DOUBT : Ink.FAINT, (fallback ? "default: " : "from ") + origin);
    }

    private String sign(boolean holds) {
        return screen.paint(holds ? Ink.GOOD : Ink.BAD, glyphs.phase(Boolean.toString(holds)));
    }

    private void draw(List<Branch> branches, String indent, List<String> lines) {
        for (int i = 0; i < branches.size(); i++) {
            boolean last = i == branches.size() - 1;
            lines.add(screen.paint(Ink.FAINT, indent + (last ? glyphs.last : glyphs.branch)) + branches.get(i).text());
            draw(branches.get(i).inside(), indent + (last ? "  " : glyphs.pass), lines);
        }
    }
}
