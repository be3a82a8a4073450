package tiphys.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.Write;

/// The list of runs for tests: `new InMemoryStore(new InMemoryRunRows())`.
public final class InMemoryRunRows implements RunRows, InMemoryJournal.Rider {
    private static final Comparator<RunRow> OLDEST_FIRST =
            Comparator.comparing(RunRow::created).thenComparing(RunRow::uid);

    private final Map<String, RunRow> rows = new HashMap<>();

    @Override
    public boolean knows(Write write) {
        return write instanceof RunRow;
    }

    @Override
    public synchronized void keep(Write write, InMemoryJournal.Commit commit) {
        var row = (RunRow) write;
        InMemoryJournal.replace(rows, row.uid(), row, commit.undo());
    }

    @Override
    public synchronized List<RunRow> list(Runs.Query query) {
        return sorted(
                        rows.values().stream()
                                .filter(row -> isOrAny(query.namespace(), row.namespace()))
                                .filter(row -> isOrAny(query.phase(), row.phase()))
                                .filter(row -> isOrAny(query.template(), row.template()))
                                .filter(row ->
                                        row.name().contains(query.search()) || row.message().contains(query.search()))
                                .filter(row ->
                                        !rows.containsKey(query.before())
                                                || OLDEST_FIRST.compare(row, rows.get(query.before())) < 0))
                .reversed()
                .stream()
                .limit(query.limit())
                .toList();
    }

    @Override
    public synchronized Optional<RunRow> find(String namespace, String name) {
        return rows.values().stream()
                .filter(row -> row.namespace().equals(namespace) && row.name().equals(name))
                .max(OLDEST_FIRST);
    }

    @Override
    public synchronized Set<String> ended() {
        return rows.values().stream()
                .filter(row -> List.of("Succeeded", "Failed", "Error").contains(row.phase()))
                .map(RunRow::uid)
                .collect(Collectors.toSet());
    }

    @Override
    public synchronized Optional<RunRow> find(String uid) {
        return Optional.ofNullable(rows.get(uid));
    }

    @Override
    public synchronized List<RunRow> ofEvent(String eventId) {
        return sorted(rows.values().stream().filter(row -> row.event().equals(eventId)));
    }

    private static List<RunRow> sorted(Stream<RunRow> of) {
        return of.sorted(OLDEST_FIRST).toList();
    }

    private static boolean isOrAny(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }
}
