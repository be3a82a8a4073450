package tiphys.connectors.watch;

/// What may happen to a file, by the names and numbers of Argo's library.
public enum Operation {
    CREATE(1),
    WRITE(2),
    REMOVE(4),
    RENAME(8),
    CHMOD(16);

    private final int number;

    Operation(int number) {
        this.number = number;
    }

    /// A bit for each.
    public int number() {
        return number;
    }
}
