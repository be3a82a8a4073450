package tiphys.app;

import java.util.ArrayDeque;

/// Parts that are closed in the reverse of the order in which they were opened, each even if another fails.
final class CloseStack implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CloseStack.class.getName());

    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            var part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        part.getClass().getSimpleName() + " could not be closed in order",
                        e);
            }
        }
    }
}
