package tiphys.cli.render;

import java.util.ArrayList;
import java.util.List;
import tiphys.cli.server.Fields;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.Glyphs;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An event as lines: where it came from, what it carries, and for each sensor that heard it the tree of its verdict, with
/// the actual values, what was made, and where each parameter came from.
public final class EventLines {
    private final Screen screen;
    private final Glyphs glyphs;

    /// A branch of the tree: a sign, a text, and a note that goes to a line of its own if there is no room.
    private record Branch(String sign, String text, Ink ink, String note, List<Branch> inside) {}

    public EventLines(Screen screen) {
        this.screen = screen;
        this.glyphs = screen.glyphs();
    }

    public List<String> of(Fields event) {
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
            delivery(delivery, event.text("id"), lines);
        }
        return lines;
    }

    private void field(List<String> lines, String name, String text) {
        var before = "  " + screen.paint(Ink.FAINT, Cells.fill(name, 8));
        lines.addAll(screen.wrapped(before, 10, text));
    }

    private void delivery(Fields delivery, String id, List<String> lines) {
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
            inside.add(firing(delivery.in("firing"), id));
        }
        draw(inside, "  ", lines);
    }

    private Branch clause(Fields clause) {
        boolean holds = clause.flag("result");
        var error = Cells.oneLine(clause.text("error"));
        var actual = Cells.oneLine(clause.text("actual"));
        var inside = clause.items("children").stream().map(this::clause).toList();
        return new Branch(
                sign(holds),
                Cells.oneLine(clause.text("what")),
                error.isEmpty() ? holds ? Ink.FAINT : Ink.DOUBT : Ink.BAD,
                error.isEmpty() ? actual.isEmpty() ? "" : "was " + actual : error,
                inside);
    }

    private Branch condition(Fields condition) {
        var holds = condition.in("holds").object().fields();
        var inside = new ArrayList<Branch>();
        holds.forEach((name, value) -> {
            boolean held = value instanceof Value.Bool(var truth, _) && truth;
            inside.add(new Branch(sign(held), name, Ink.FAINT, held ? "has come" : "has not come yet", List.of()));
        });
        var text = "condition " + Cells.oneLine(condition.text("text"));
        return new Branch(sign(condition.flag("result")), text, Ink.FAINT, "", holds.size() > 1 ? inside : List.of());
    }

    private Branch firing(Fields firing, String id) {
        var state = firing.text("state");
        var object = firing.in("object");
        var phase = state.equals("done") ? "fired" : state;
        var made = object.text("kind") + " " + object.text("namespace") + "/" + object.text("name");
        var action = firing.text("action");
        boolean creates = action.isEmpty() || action.equals("k8s");
        var text =
                !creates
                        ? action + " " + state
                        : object.text("name").isEmpty()
                                ? "firing " + state
                                : (state.equals("done") ? "made " : state + " ") + made;
        var attempts = firing.number("attempts") > 1 ? "after " + firing.number("attempts") + " attempts" : "";
        var inside = new ArrayList<Branch>();
        if (!firing.text("message").isEmpty()) {
            inside.add(new Branch("", "", Ink.of(phase), Cells.oneLine(firing.text("message")), List.of()));
        }
        var answer = firing.in("answer");
        var said = (answer.text("status") + " " + Cells.oneLine(answer.text("text"))).strip();
        if (!said.isEmpty()) {
            inside.add(new Branch("", "answer", Ink.FAINT, said, List.of()));
        }
        firing.items("parameters").forEach(parameter -> inside.add(parameter(parameter, id)));
        return new Branch(screen.paint(Ink.of(phase), glyphs.phase(phase)), text, Ink.FAINT, attempts, inside);
    }

    private Branch parameter(Fields parameter, String id) {
        boolean fallback = parameter.flag("fallback");
        var text = parameter.text("dest") + " = " + Cells.oneLine(parameter.text("value"));
        var origin =
                (fallback ? "the default: " : "from ")
                        + Cells.oneLine(parameter.text("origin")).replace("event " + id, "this event");
        return new Branch("", text, fallback ? Ink.DOUBT : Ink.FAINT, origin, List.of());
    }

    private String sign(boolean holds) {
        return screen.paint(holds ? Ink.GOOD : Ink.BAD, glyphs.phase(Boolean.toString(holds)));
    }

    private void draw(List<Branch> branches, String indent, List<String> lines) {
        for (int i = 0; i < branches.size(); i++) {
            var branch = branches.get(i);
            boolean last = i == branches.size() - 1;
            var under = indent + (last ? "  " : glyphs.pass);
            var sign = branch.sign().isEmpty() ? "" : branch.sign() + " ";
            int taken = Cells.width(under) + Cells.width(sign);
            var first = screen.paint(Ink.FAINT, indent + (last ? glyphs.last : glyphs.branch)) + sign;
            var later = screen.paint(Ink.FAINT, under + (branch.inside().isEmpty() ? "" : glyphs.pass));
            later += " ".repeat(Math.max(0, taken + 2 - Cells.width(later)));
            var texts = texts(branch, Math.max(20, screen.width() - taken - 2));
            for (int at = 0; at < texts.size(); at++) {
                lines.add((at == 0 ? first : later) + texts.get(at));
            }
            draw(branch.inside(), under, lines);
        }
    }

    /// A branch's text and note on one line if they fit, else on as many as they need.
    private List<String> texts(Branch branch, int room) {
        var text = branch.text();
        var note = branch.note();
        if (note.isEmpty()) {
            return Cells.wrap(text, room);
        }
        if (text.isEmpty() || Cells.width(text) + 2 + Cells.width(note) <= room) {
            var notes = Cells.wrap(note, text.isEmpty() ? room : Integer.MAX_VALUE);
            var painted = notes.stream().map(line -> screen.paint(branch.ink(), line)).toList();
            return text.isEmpty() ? painted : List.of(text + "  " + painted.getFirst());
        }
        var lines = new ArrayList<>(Cells.wrap(text, room));
        Cells.wrap(note, room).forEach(line -> lines.add(screen.paint(branch.ink(), line)));
        return lines;
    }
}
