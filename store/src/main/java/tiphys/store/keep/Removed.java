package tiphys.store.keep;

/// What retention removed.
///
/// @param age events that were too old
/// @param count events of sources that had too many
/// @param bytes events of namespaces that held too much
/// @param rows deliveries that were too old
public record Removed(long age, long count, long bytes, long rows) {
    public static final Removed NOTHING = new Removed(0, 0, 0, 0);

    public Removed plus(Removed other) {
        return new Removed(age + other.age, count + other.count, bytes + other.bytes, rows + other.rows);
    }

    /// How many events.
    public long events() {
        return age + count + bytes;
    }
}
