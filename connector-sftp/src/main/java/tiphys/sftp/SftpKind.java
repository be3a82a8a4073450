package tiphys.sftp;

import java.util.Set;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.watch.Operation;
import tiphys.connectors.watch.Watch;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// The type `sftp`: files of one directory of an SFTP server that are new or changed, or went.
///
/// This class and [SftpSettings] are loaded with the program; the client is when the first source starts.
public final class SftpKind extends LineKind<SftpSettings> {
    private static final int WAITING = 1_000;

    public SftpKind() {
        super(SftpSettings.class);
    }

    @Override
    public String key() {
        return "sftp";
    }

    @Override
    public String claims() {
        return """
        events.SFTPEventSource honoured eventType watchPathConfig username password sshKeySecret address pollIntervalDuration metadata filter
        events.WatchPathConfig honoured directory path pathRegexp
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return SftpSettings.read(event);
    }

    /// The server's name is in a Secret.
    @Override
    protected String addressOf(SftpSettings sftp) {
        return "sftp:" + sftp.filter().shown();
    }

    @Override
    protected LineSource.Plan plan(SftpSettings settings, Assignment assignment, Surroundings around) {
        var how =
                new Watch.Plan(
                        settings.filter(),
                        Set.of(settings.told()),
                        Operation.CREATE,
                        settings.every(),
                        (operation, name) -> payload(settings, operation, name));
        var watch = new Watch(how, around);
        return new LineSource.Plan(
                type(),
                WAITING,
                LineSource.Memory.OURS,
                Backoff.STANDARD,
                () -> watch.over(SftpDirectory.open(settings, assignment.secrets(), around)));
    }

    /// `metadata` is there also if it is empty, as in Argo.
    private static EventData payload(SftpSettings settings, Operation operation, String name) {
        return EventData.of(
                Value.object("name", name, "op", operation.number())
                        .with("metadata", settings.metadata().<Value>map(found -> found).orElseGet(Value::nothing)));
    }
}
