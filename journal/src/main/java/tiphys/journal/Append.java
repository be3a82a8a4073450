package tiphys.journal;

import java.util.List;
import java.util.OptionalLong;

/// Entries for the end of one stream.
///
/// @param after the number of the stream's last entry as the writer knows it; empty for a stream with many writers,
///     whose order is the commit's
public record Append(StreamName stream, OptionalLong after, List<NewEntry> entries) {
    public Append {
        entries = List.copyOf(entries);
    }
}
