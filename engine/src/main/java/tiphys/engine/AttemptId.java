package tiphys.engine;

/// One try at running one step's process. Unique for ever, made by the engine from the run's uid, the node's id and a
/// count; safe as a file name (letters, digits, `-`). Steps see it as `TIPHYS_ATTEMPT`.
public record AttemptId(String text) {
    /// The run that made it; empty if the engine did not make it.
    public String runUid() {
        int end = text.length();
        for (int part = 0; part < 3 && end > 0; part++) {
            end = text.lastIndexOf('-', end - 1);
        }
        return end > 0 ? text.substring(0, end) : "";
    }

    @Override
    public String toString() {
        return text;
    }
}
