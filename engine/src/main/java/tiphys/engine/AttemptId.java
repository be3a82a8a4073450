package tiphys.engine;

/// One try at running one step's process. Unique for ever, made by the engine from the run's uid, the node's id and a
/// count; safe as a file name (letters, digits, `-`). Steps see it as `TIPHYS_ATTEMPT`.
public record AttemptId(String text) {
    @Override
    public String toString() {
        return text;
    }
}
