package tiphys.server.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.jetty.server.Handler;
import tiphys.journal.Append;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.server.follow.Followers;

/// The API of UI and CLI over a journal in memory, for tests of what is in front of it.
public final class FedJournal {
    private final InMemoryJournal journal = new InMemoryJournal();

    public Handler api(Followers followers) {
        return new TiphysApi(
                new TiphysApi.Faces(
                        new FakeRuns(),
                        new FakeEvents(),
                        new FakePast(),
                        new FakeCrons(),
                        new FakeObjects(),
                        new FakeLogs(),
                        new FakeArtifacts(),
                        journal,
                        sizes -> Value.object("version", "1.2.3", "sizes", sizes),
                        new FakeImages(),
                        followers,
                        _ -> false,
                        InstantSource.system()));
    }

    public void append() {
        var entry = new NewEntry("run.started/1", "{}".getBytes(StandardCharsets.UTF_8));
        var append = new Append(StreamName.parse("run/u1"), OptionalLong.empty(), List.of(entry));
        journal.commit(Transaction.of(Instant.parse("2026-11-24T12:00:00Z"), append)).join();
    }
}
