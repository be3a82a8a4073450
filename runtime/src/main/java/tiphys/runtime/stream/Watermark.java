package tiphys.runtime.stream;

import java.util.TreeMap;

/// Up to where everything is done, when things are begun in order and done in any order. Safe for every thread.
final class Watermark {
    private final TreeMap<Long, Integer> open = new TreeMap<>();
    private long begun;

    Watermark(long start) {
        begun = start;
    }

    /// Something at this position begins; positions never go back.
    synchronized void begin(long position) {
        open.merge(position, 1, Integer::sum);
        begun = Math.max(begun, position);
    }

    /// Something that began at this position is done.
    synchronized void done(long position) {
        open.computeIfPresent(position, (_, count) -> count == 1 ? null : count - 1);
    }

    /// Everything up to and including this position is done.
    synchronized long position() {
        return open.isEmpty() ? begun : open.firstKey() - 1;
    }
}
