package tiphys.connectors.file;

/// What may happen to a file, by the names and numbers of Argo's library.
enum Operation {
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
    int number() {
        return number;
    }
}
