package tiphys.runtime.cron;

import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tiphys.events.cron.Cron;
import tiphys.events.cron.CronCommand;
import tiphys.events.cron.CronFact;
import tiphys.events.cron.CronFacts;
import tiphys.events.cron.CronReader;
import tiphys.events.cron.CronRun;
import tiphys.events.cron.CronSpec;
import tiphys.events.cron.CronState;
import tiphys.events.cron.CronView;
import tiphys.journal.CloseStream;
import tiphys.journal.SaveSnapshot;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.stream.StreamActor;

/// One CronWorkflow's decisions and what follows them. A run's object is stored in the transaction that records that its time
/// was decided about, so that no time is lost and none comes twice, whatever is killed. Called by the actor alone.
final class CronDecider implements StreamActor.Decider<CronMessage> {
    private static final int READ = 5_000;
    private static final long SNAPSHOT_BYTES = 256 << 10;
    private static final String COMPLETED = "cronworkflows.argoproj.io/completed";

    private final StreamName stream;
    private final CronPorts ports;
    private final Effects effects;

    private Cron cron = new Cron();
    private CronSpec spec;
    private Value.Mapping shown;
    private long number;
    private long bytesSinceSnapshot;
    private boolean closing;
    private Optional<Instant> wanted = Optional.empty();
    private final Set<String> trimmed = new HashSet<>();

    /// What a decider lets happen after the flush.
    interface Effects {
        /// The cron is to be asked again at an instant.
        void wakeUp(Instant at);

        /// An object is deleted, if it still is the one of that uid.
        void delete(ObjectKey key, String uid);

        /// The stream has ended.
        void retired();
    }

    CronDecider(ApiObject object, CronPorts ports, Effects effects) {
        this.stream = new StreamName(CronFacts.KIND, object.uid());
        this.ports = ports;
        this.effects = effects;
        this.spec = CronReader.read(object.json(), ports.zone());
        this.shown = object.status();
    }

    CronSpec spec() {
        return spec;
    }

    CronState state() {
        return cron.state();
    }

    @Override
    public Optional<String> decide(CronMessage message, Instant at, StreamActor.Work work) {
        if (closing) {
            return Optional.empty();
        }
        switch (message) {
            case CronMessage.Respec(var object) -> {
                spec = CronReader.read(object.json(), ports.zone());
                shown = object.status();
                handle(new CronCommand.Tick(), at, work);
            }
            case CronMessage.Decide(var command) -> handle(command, at, work);
            case CronMessage.Retire _ -> {
                closing = true;
                if (number > 0) {
                    work.writes.add(new CloseStream(stream));
                }
                work.afterFlush(effects::retired);
            }
        }
        return Optional.empty();
    }

    private void handle(CronCommand command, Instant at, StreamActor.Work work) {
        if (command instanceof CronCommand.Tick) {
            wanted = Optional.empty();
        }
        cron.handle(spec, command, at).ifPresent(due -> make(due, at, work));
        for (var fact : cron.facts()) {
            var entry = CronFacts.encode(fact);
            bytesSinceSnapshot += entry.body().length;
            number++;
            work.entries.add(entry);
            if (fact instanceof CronFact.Replaced(var uid)) {
                cron.state().active().stream()
                        .filter(run -> run.uid().equals(uid))
                        .forEach(run -> terminate(run.name(), work));
            }
        }
    }

    private void terminate(String name, StreamActor.Work work) {
        var key = new ObjectKey(ResourceTypes.WORKFLOW, spec.namespace(), name);
        work.afterFlush(() -> ports.terminate().accept(key));
    }

    /// Makes the run of a time. A name that is taken by a run of this very time is that run: it was made before.
    private void make(Instant due, Instant at, StreamActor.Work work) {
        var wish = CronRun.due(spec, due);
        try {
            var there = ports.runs().find(wish.key());
            if (there.isPresent()) {
                var taken = there.get();
                if (Objects.equals(
                                wish.annotations().get(CronRun.SCHEDULED), taken.annotations().get(CronRun.SCHEDULED))
                        && spec.name().equals(taken.labels().get(CronRun.LABEL))) {
                    cron.started(due, taken.name(), taken.uid(), at);
                    var phase = taken.status().textAt("phase").orElse("");
                    var _ = cron.handle(spec, new CronCommand.RunSeen(taken.uid(), taken.name(), phase), at);
                } else {
                    cron.refused(due, String.valueOf(Refusal.alreadyExists(wish.key()).getMessage()), at);
                }
                return;
            }
            var made = ports.runs().make(wish);
            cron.started(due, made.object().name(), made.object().uid(), at);
            work.writes.addAll(made.writes());
            work.afterFlush(committed ->
                    ports.created()
                            .accept(
                                    made.object()
                                            .withMetadata("resourceVersion", Value.text("" + committed.version()))));
        } catch (Refusal e) {
            cron.refused(due, String.valueOf(e.getMessage()), at);
        }
    }

    @Override
    public String about(CronMessage message) {
        return switch (message) {
            case CronMessage.Respec _ -> "its CronWorkflow object";
            case CronMessage.Decide(CronCommand.Tick _) -> "the time that has passed";
            case CronMessage.Decide(CronCommand.RunSeen(_, var name, _)) -> "the Workflow " + name;
            case CronMessage.Decide(CronCommand.RunGone _) -> "the end of a Workflow object";
            case CronMessage.Retire _ -> "its end";
        };
    }

    @Override
    public void beforeCommit(Instant at, StreamActor.Work work) {
        if (closing) {
            return;
        }
        var status = CronView.status(spec, cron.state());
        if (!status.equals(shown)) {
            var labels = cron.state().stopped() ? Value.object(COMPLETED, "true") : Value.Mapping.EMPTY;
            var key = new ObjectKey(ResourceTypes.CRON_WORKFLOW, spec.namespace(), spec.name());
            work.writes.add(new ObjectWrite.Status(key, spec.uid(), status, labels));
            shown = status;
        }
        for (var run : cron.tooMany(spec)) {
            if (trimmed.add(run.uid())) {
                var key = new ObjectKey(ResourceTypes.WORKFLOW, spec.namespace(), run.name());
                work.afterFlush(() -> effects.delete(key, run.uid()));
            }
        }
        trimmed.removeIf(uid -> cron.state().ended().stream().noneMatch(run -> run.uid().equals(uid)));
        if (bytesSinceSnapshot > SNAPSHOT_BYTES) {
            work.writes.add(new SaveSnapshot(stream, number, CronFacts.SNAPSHOT, CronFacts.snapshot(cron.state())));
            bytesSinceSnapshot = 0;
        }
        var wakeup = cron.wakeup(spec);
        if (wakeup.isPresent() && !wakeup.equals(wanted)) {
            wanted = wakeup;
            work.afterFlush(() -> effects.wakeUp(wakeup.get()));
        }
    }

    @Override
    public long reload() {
        var snapshot = ports.journal().snapshot(stream);
        cron = snapshot.map(found -> CronFacts.restore(found.body())).orElseGet(Cron::new);
        number = snapshot.map(found -> found.number()).orElse(0L);
        bytesSinceSnapshot = 0;
        closing = false;
        wanted = Optional.empty();
        trimmed.clear();
        while (true) {
            var entries = ports.journal().read(stream, number, READ);
            for (var entry : entries) {
                cron.apply(CronFacts.decode(entry), entry.at());
                bytesSinceSnapshot += entry.body().length;
                number = entry.number();
            }
            if (entries.size() < READ) {
                return number;
            }
        }
    }
}
