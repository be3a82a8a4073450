package tiphys.cli.render;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;

/// A run as lines: a head, and under it the tree with phases, durations and messages. Groups with many members are shown by
/// the ones that matter (failed, running, waiting) and a count of the rest.
public final class RunLines {
    /// A group with more members than this is shortened.
    static final int SHOWN_OF_A_GROUP = 12;

    private static final int MAX_NAME = 60;

    private final Screen screen;
    private final int width;

    private record Line(String tree, String label, NodeView node, String more) {}

    public RunLines(Screen screen, int width) {
        this.screen = screen;
        this.width = width;
    }

    /// Head and tree, each line at most as wide as the screen.
    ///
    /// @param room at most so many lines; what does not fit is counted
    List<String> of(RunView run, Instant now, int room) {
        var lines = new ArrayList<String>();
        lines.add(head(run, now));
        if (!run.message().isEmpty()) {
            lines.add("  " + screen.paint(run.ended() ? Ink.of(run.phase()) : Ink.FAINT, Cells.oneLine(run.message())));
        }
        var tree = tree(run, now);
        int fits = Math.max(1, room - lines.size());
        if (tree.size() > fits) {
            int hidden = tree.size() - (fits - 1);
            tree = new ArrayList<>(tree.subList(0, fits - 1));
            tree.add(screen.paint(Ink.FAINT, screen.glyphs().ellipsis + " " + hidden + " more lines"));
        }
        lines.addAll(tree);
        return lines.stream().map(line -> Cells.cut(line, width, screen.glyphs().ellipsis)).toList();
    }

    /// `✔ ml-pipeline-run-7kq2m  Succeeded  2/2  1.3s`.
    public String head(RunView run, Instant now) {
        var phase = run.shownPhase();
        var head = new StringBuilder();
        head.append(screen.paint(Ink.of(phase), screen.glyphs().phase(phase))).append(' ');
        head.append(screen.paint(Ink.STRONG, run.name())).append("  ");
        head.append(screen.paint(Ink.of(phase), phase));
        if (!run.progress().isEmpty()) {
            head.append("  ").append(run.progress());
        }
        run.duration(now).ifPresent(span -> head.append("  ").append(Times.duration(span)));
        if (!run.shutdown().isEmpty() && !run.ended()) {
            head.append("  ")
                    .append(screen.paint(Ink.DOUBT, run.shutdown().equals("Stop") ? "stopping" : "terminating"));
        }
        return head.toString();
    }

    private List<String> tree(RunView run, Instant now) {
        var lines = new ArrayList<Line>();
        var tree = new NodeTree(run.nodes());
        var roots = tree.roots();
        for (var root : roots) {
            boolean isTheRun = root.name().equals(run.name()) && root.isGroup();
            if (isTheRun) {
                members(tree, root, "", lines);
            } else {
                lines.add(new Line("", root.label(), root, ""));
                members(tree, root, "", lines);
            }
        }
        int names = 0;
        for (var line : lines) {
            names = Math.max(names, Cells.width(line.tree()) + 2 + Cells.width(Cells.oneLine(line.label())));
        }
        int column = Math.min(names, Math.max(16, Math.min(MAX_NAME, width / 2)));
        return new ArrayList<>(lines.stream().map(line -> line(line, column, now)).toList());
    }

    private void members(NodeTree tree, NodeView node, String indent, List<Line> lines) {
        var all = tree.inside(node);
        var shown = all;
        var rest = "";
        if (all.size() > SHOWN_OF_A_GROUP) {
            shown = mattering(all);
            rest = count(all, shown);
        }
        for (int i = 0; i < shown.size(); i++) {
            var member = shown.get(i);
            boolean last = i == shown.size() - 1 && rest.isEmpty();
            lines.add(
                    new Line(
                            indent + (last ? screen.glyphs().last : screen.glyphs().branch),
                            member.label(),
                            member,
                            ""));
            members(tree, member, indent + (last ? "  " : screen.glyphs().pass), lines);
        }
        if (!rest.isEmpty()) {
            lines.add(new Line(indent + screen.glyphs().last, "", node, rest));
        }
    }

    /// The members that a reader wants to see, in their order: failed before running before the others.
    private static List<NodeView> mattering(List<NodeView> all) {
        var chosen = new java.util.HashSet<String>();
        for (int rank = 0; rank < 4 && chosen.size() < SHOWN_OF_A_GROUP - 1; rank++) {
            for (var node : all) {
                if (rank(node) == rank && chosen.size() < SHOWN_OF_A_GROUP - 1) {
                    chosen.add(node.id());
                }
            }
        }
        return all.stream().filter(node -> chosen.contains(node.id())).toList();
    }

    private static int rank(NodeView node) {
        return switch (node.phase()) {
            case "Failed", "Error" -> 0;
            case "Running" -> 1;
            case "Succeeded" -> 2;
            default -> 3;
        };
    }

    private static String count(List<NodeView> all, List<NodeView> shown) {
        var ids = shown.stream().map(NodeView::id).collect(java.util.stream.Collectors.toSet());
        Map<String, Integer> phases = new LinkedHashMap<>();
        int hidden = 0;
        for (var node : all) {
            if (!ids.contains(node.id())) {
                phases.merge(node.phase().isEmpty() ? "Pending" : node.phase(), 1, Integer::sum);
                hidden++;
            }
        }
        var parts = phases.entrySet().stream().map(phase -> phase.getValue() + " " + phase.getKey()).toList();
        return hidden + " more: " + String.join(", ", parts);
    }

    private String line(Line line, int column, Instant now) {
        var tree = screen.paint(Ink.FAINT, line.tree());
        if (!line.more().isEmpty()) {
            return " " + tree + screen.paint(Ink.FAINT, screen.glyphs().ellipsis + " " + line.more());
        }
        var node = line.node();
        var phase = node.phase().isEmpty() ? "Pending" : node.phase();
        var ink = Ink.of(phase);
        var name =
                " "
                        + tree
                        + screen.paint(ink, screen.glyphs().phase(phase))
                        + " "
                        + Cells.cut(
                                Cells.oneLine(line.label()),
                                column - Cells.width(line.tree()) - 2,
                                screen.glyphs().ellipsis);
        boolean ran = !phase.equals("Pending") && !phase.equals("Skipped") && !phase.equals("Omitted");
        var duration = !ran ? "" : node.duration(now).map(Times::duration).orElse("");
        var text = new StringBuilder(Cells.fill(name, column + 1)).append("  ");
        text.append(screen.paint(ink, Cells.fill(phase, 9))).append("  ");
        text.append(" ".repeat(Math.max(0, 6 - duration.length()))).append(duration);
        var message = Cells.oneLine(node.message());
        if (!message.isEmpty()) {
            text.append("  ").append(screen.paint(ink == Ink.BAD ? Ink.BAD : Ink.FAINT, message));
        }
        return text.toString().stripTrailing();
    }
}
