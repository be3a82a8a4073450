package tiphys.served.leaf;

import java.util.ArrayList;
import java.util.List;

/// Remembers what a leaf said while it was done.
public final class Said implements Leaf.Doing {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void say(String line) {
        lines.add(line);
    }

    @Override
    public void aside(Leaf.Waiting waiting) throws InterruptedException {
        waiting.await();
    }

    /// Everything that was said, a line each.
    public String text() {
        return String.join("\n", lines);
    }
}
