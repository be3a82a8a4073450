package tiphys.journal;

/// The name of a stream: its kind (`run`, `source`, `trigger`) and a key that is unique in that kind.
public record StreamName(String kind, String key) {
    /// The name from its text form, `kind/key`.
    public static StreamName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("a stream is named kind/key, not " + text);
        }
        return new StreamName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return kind + "/" + key;
    }
}
