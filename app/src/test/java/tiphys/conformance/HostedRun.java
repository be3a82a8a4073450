package tiphys.conformance;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tiphys.engine.Artifacts;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.Transfer;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockLimits;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockTable;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.Transaction;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Pods;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.process.ProcessExecutor;
import tiphys.process.images.ImageRules;
import tiphys.runtime.objects.LiveObjects;
import tiphys.runtime.runs.MaterialsResolver;
import tiphys.runtime.runs.RunNeeds;
import tiphys.runtime.runs.Transfers;
import tiphys.runtime.settings.Controllers;
import tiphys.runtime.settings.OwnImages;
import tiphys.served.Served;
import tiphys.served.leaf.ServedExecutor;
import tiphys.served.leaf.ServedLogs;

/// One run with the real engine and real processes, in a time that goes faster: while processes run a second is a fifth of
/// one, for them too (`sleep` and Python's sleep are replaced by ones that know it); while none does, the clock jumps to
/// what is waited for.
final class HostedRun {
    /// How many seconds of the run one second takes.
    static final int PACE = 5;

    private static final String USER = "admin";
    private static final ImageRules IMAGES = ImageRules.builtIn();
    private static final int LONGEST_PREFIX = 58;

    private final Machine machine;
    private final Optional<Canonical> drawn;
    private final ArrayDeque<Outcome.Action> actions;
    private final List<String> answers = new ArrayList<>();
    private Instant acted = Instant.EPOCH;
    private final Map<AttemptId, String> nodeNames = new HashMap<>();
    private final InMemoryStore objects;
    private final LinkedBlockingQueue<StepReport> reports = new LinkedBlockingQueue<>();
    private final String uid;
    private final Run run;
    private final Executor steps;
    private final Set<String> children = ConcurrentHashMap.newKeySet();
    private final List<String> generated = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Transfer> transfers = new LinkedBlockingQueue<>();
    private int moving;
    private final RunNeeds needs;
    private final MaterialsResolver materials;
    private final Map<String, String> kept = new HashMap<>();
    private final LockTable locks = new LockTable(new Limits());
    private final long begun = System.nanoTime();
    private final Instant first = Instant.now();
    private Duration jumped = Duration.ZERO;
    private Value.Mapping workflow = Value.Mapping.EMPTY;

    /// What all runs of a test share.
    ///
    /// @param programs stand-ins that come first on the steps' path
    /// @param own where the executor finds interpreters and keeps the programs that come with it, as a search path
    /// @param busybox where the executor keeps links to the programs of the host's busybox
    /// @param logs where the logs of steps go that are no processes
    /// @param transfers what moves their artifacts
    /// @param outside what stands in for the servers that manifests ask
    record Machine(
            ProcessExecutor executor,
            Transfers transfers,
            Path programs,
            String own,
            Path busybox,
            Path logs,
            ConcurrentHashMap<String, HostedRun> runs,
            OutsideServers outside,
            Artifacts artifacts) {}

    /// @param drawn of a manifest whose steps draw lots: what was recorded, so that they draw the same
    /// @param actions what is done while it runs
    HostedRun(Machine machine, List<Value.Mapping> documents, Optional<Canonical> drawn, List<Outcome.Action> actions) {
        this(machine, new InMemoryStore(), UUID.randomUUID().toString(), drawn, actions);
        commit(object(ResourceTypes.NAMESPACE, "", "argo"));
        commit(object(ResourceTypes.CONFIG_MAP, "argo", "kube-root-ca.crt"));
        documents.forEach(this::create);
        objects.onChange(_ -> Thread.startVirtualThread(this::hostChildren));
    }

    private HostedRun(
            Machine machine,
            InMemoryStore objects,
            String uid,
            Optional<Canonical> drawn,
            List<Outcome.Action> actions) {
        this.machine = machine;
        this.drawn = drawn;
        this.actions = new ArrayDeque<>(actions);
        this.objects = objects;
        this.uid = uid;
        run = Run.fresh(uid);
        var api =
                new LiveObjects(
                        new LiveObjects.Ports(
                                objects,
                                objects,
                                new OwnPods(),
                                InstantSource.system(),
                                new SecureRandom(),
                                _ -> List.of()));
        steps =
                new ServedExecutor(
                        new Beside(machine.executor()),
                        Served.leaves(objects, () -> api, machine.artifacts(), Map.of()),
                        new ServedLogs(machine.logs().resolve(uid), machine.executor().logs()),
                        InstantSource.system(),
                        Served.AT_ONCE);
        steps.onReports(all -> all.forEach(this::heard));
        needs = new RunNeeds(objects, steps, new Controllers(objects), new OwnImages(objects));
        materials = new MaterialsResolver(objects);
        machine.runs().put(uid, this);
    }

    private static ApiObject object(ResourceType type, String namespace, String name) {
        return new ApiObject(
                type,
                Value.object(
                        "apiVersion",
                        type.apiVersion(),
                        "kind",
                        type.kind(),
                        "metadata",
                        Value.object(
                                "name",
                                name,
                                "namespace",
                                namespace.isEmpty() ? null : namespace,
                                "uid",
                                UUID.randomUUID().toString())));
    }

    private void commit(ApiObject object) {
        objects.commit(new Transaction(first, List.of(), List.of(), List.of(new ObjectWrite.Create(object)))).join();
    }

    /// Runs the workflows that steps of this one made.
    private void hostChildren() {
        for (var key : objects.uids(ResourceTypes.WORKFLOW).entrySet()) {
            if (!children.add(key.getValue())) {
                continue;
            }
            try {
                var child = new HostedRun(machine, objects, key.getValue(), Optional.empty(), List.of());
                child.workflow = objects.get(key.getKey()).orElseThrow().json();
                if (child.workflow.textAt("metadata", "generateName").isPresent()) {
                    generated.add(key.getKey().name());
                }
                var status = child.end(false, Duration.ofSeconds(30)).mapAt("status");
                var write = new ObjectWrite.Status(key.getKey(), key.getValue(), status, Value.Mapping.EMPTY);
                objects.commit(new Transaction(first, List.of(), List.of(), List.of(write))).join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// The pods of the steps that are under way.
    private final class OwnPods implements Pods {
        @Override
        public List<ApiObject> list(Optional<String> namespace) {
            return List.of();
        }

        @Override
        public Optional<ApiObject> find(String namespace, String name) {
            return Optional.of(object(ResourceTypes.POD, namespace, name));
        }

        @Override
        public void delete(ApiObject pod) {
            throw new UnsupportedOperationException();
        }
    }

    /// What ConfigMaps say.
    private final class Limits implements LockLimits {
        @Override
        public OptionalInt limit(LockName semaphore) {
            return objects.get(new ObjectKey(ResourceTypes.CONFIG_MAP, semaphore.namespace(), semaphore.name()))
                    .flatMap(map -> map.json().textAt("data", semaphore.key()))
                    .filter(text -> text.matches("\\d+"))
                    .map(text -> OptionalInt.of(Integer.parseInt(text)))
                    .orElse(OptionalInt.empty());
        }
    }

    private void create(Value.Mapping document) {
        var type = ResourceTypes.byKind(document.textAt("apiVersion").orElse(""), document.textAt("kind").orElse(""));
        if (type.isEmpty()) {
            return;
        }
        var name =
                document.textAt("metadata", "name")
                        .orElseGet(() -> generated(document.textAt("metadata", "generateName").orElse("")));
        var watched = type.get().equals(ResourceTypes.WORKFLOW);
        if (watched && !workflow.fields().isEmpty()) {
            return;
        }
        var object =
                new ApiObject(type.get(), document)
                        .withMetadata("name", Value.text(name))
                        .withMetadata("namespace", Value.text(type.get().namespaced() ? "argo" : ""))
                        .withMetadata("uid", Value.text(watched ? uid : UUID.randomUUID().toString()))
                        .withMetadata("creationTimestamp", Value.text(first.toString().substring(0, 19) + "Z"));
        if (watched) {
            workflow = machine.outside().inPlace(object.json());
            children.add(uid);
            commit(object);
        } else if (objects.get(object.key()).isEmpty()) {
            objects.commit(new Transaction(first, List.of(), List.of(), List.of(new ObjectWrite.Create(object))))
                    .join();
        }
    }

    /// A name as the API server makes it: what is too long is cut.
    private static String generated(String prefix) {
        return prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX)) + "x7k2p";
    }

    private Instant now() {
        return first.plus(jumped).plusNanos((System.nanoTime() - begun) * PACE);
    }

    /// An instant of the run as one of this machine.
    private Instant real(Instant at) {
        return Instant.now().plus(Duration.between(now(), at).dividedBy(PACE));
    }

    void heard(StepReport report) {
        reports.add(report);
    }

    /// Runs it until it is over, or nothing more can happen, or `limit` of this machine's time passed.
    ///
    /// @param resume whether what waits for somebody is resumed
    /// @return the Workflow object with its status
    Value.Mapping end(boolean resume, Duration limit) throws InterruptedException {
        tell(new RunCommand.Observed(workflow, steps.host()));
        long until = System.nanoTime() + limit.toNanos();
        acted = now();
        while ((!run.view().ended() || !actions.isEmpty()) && System.nanoTime() < until) {
            var due = run.wakeup();
            if (!actions.isEmpty() && due.isPresent() && !due.get().isAfter(now())) {
                tell(new RunCommand.Tick()); // what is over by itself is over before somebody comes to it
            } else if (act()) {
                continue;
            }
            var transfer = transfers.poll();
            if (transfer != null) {
                moving--;
                tell(new RunCommand.Moved(transfer));
                continue;
            }
            if (moving > 0 && reports.isEmpty()) {
                transfer = transfers.poll(10, TimeUnit.MILLISECONDS);
                if (transfer != null) {
                    moving--;
                    tell(new RunCommand.Moved(transfer));
                }
                continue;
            }
            var report = reports.poll();
            if (report == null) {
                var wakeup = wakeup();
                if (wakeup.isPresent() && !wakeup.get().isAfter(now())) {
                    tell(new RunCommand.Tick());
                    continue;
                }
                if (run.underWay().isEmpty()) {
                    if (wakeup.isPresent()) {
                        jumped = jumped.plus(Duration.between(now(), wakeup.get()));
                        continue;
                    }
                    if (!resume || tell(new RunCommand.Resume("", USER)).isPresent()) {
                        break;
                    }
                    continue;
                }
                long patience =
                        Math.min(until - System.nanoTime(), wakeup.map(this::nanosUntil).orElse(Long.MAX_VALUE));
                report = reports.poll(Math.max(1, patience), TimeUnit.NANOSECONDS);
            }
            if (report != null) {
                tell(new RunCommand.Report(timed(report)));
            }
        }
        for (var order : run.underWay()) {
            steps.cancel(order.attempt());
        }
        machine.runs().remove(uid);
        steps.close();
        return machine.outside().backAgain(workflow.with("status", run.status()));
    }

    /// When the run waits for the clock, or the next action does.
    private Optional<Instant> wakeup() {
        var action =
                Optional.ofNullable(actions.peek()).map(Outcome.Action::when).filter(when -> when.startsWith("after"));
        var due = action.map(when -> acted.plus(Duration.ofSeconds(Long.parseLong(when.replaceAll("[^0-9]", "")))));
        var own = run.wakeup();
        return due.isPresent() && (own.isEmpty() || due.get().isBefore(own.get())) ? due : own;
    }

    /// Does what is to be done now.
    ///
    /// @return whether something was
    private boolean act() {
        var next = actions.peek();
        if (next == null || !isTime(next.when().split(" ", -1))) {
            return false;
        }
        actions.remove();
        acted = now();
        var words = next.command().split(" ", -1);
        var refusal =
                switch (words[1]) {
                    case "stop" -> tell(new RunCommand.Stop("", USER));
                    case "terminate" -> tell(new RunCommand.Terminate(USER));
                    case "suspend" -> tell(new RunCommand.Suspend(USER));
                    case "resume" -> tell(new RunCommand.Resume("", USER));
                    case "retry" -> tell(new RunCommand.Retry(false, "", parameters(words), USER));
                    default -> throw new IllegalArgumentException("unknown action " + next.command());
                };
        if (next.refused() && refusal.isEmpty()) {
            answers.add(next.command() + " is refused there, and not here");
        }
        return true;
    }

    /// What `-p NAME=VALUE` says.
    private static Map<String, String> parameters(String[] words) {
        var parameters = new HashMap<String, String>();
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals("-p")) {
                var pair = words[i + 1].split("=", 2);
                parameters.put(pair[0], pair[1]);
            }
        }
        return parameters;
    }

    private boolean isTime(String[] when) {
        return switch (when[0]) {
            case "after" ->
                    !acted.plus(Duration.ofSeconds(Long.parseLong(when[1].replaceAll("[^0-9]", "")))).isAfter(now());
            case "wf" -> run.view().phase().equals(when[1]);
            case "node" ->
                    run.status().mapAt("nodes").fields().values().stream()
                            .anyMatch(node ->
                                    node.textAt("displayName").orElse("").equals(when[1])
                                            && node.textAt("phase").orElse("").equals(when[2]));
            default -> throw new IllegalArgumentException("unknown condition " + String.join(" ", when));
        };
    }

    /// The names that were made for the Workflows which its steps created, in their order.
    List<String> generated() {
        return generated;
    }

    /// Where an action was answered otherwise than on the real controller: what was refused there was not refused here.
    List<String> answers() {
        return answers;
    }

    private long nanosUntil(Instant at) {
        return Math.max(0, Duration.between(now(), at).toNanos() / PACE);
    }

    private StepReport timed(StepReport report) {
        return switch (report) {
            case StepReport.Started(var attempt, _, var program) -> new StepReport.Started(attempt, now(), program);
            case StepReport.Ready(var attempt, _, var address) -> new StepReport.Ready(attempt, now(), address);
            case StepReport.ContainerStarted(var attempt, _, var container) ->
                    new StepReport.ContainerStarted(attempt, now(), container);
            case StepReport.Progressed _, StepReport.Used _ -> report;
            case StepReport.ContainerEnded(var attempt, _, var end) ->
                    new StepReport.ContainerEnded(attempt, now(), end);
            case StepReport.Ended(var attempt, _, var ending) ->
                    new StepReport.Ended(attempt, now(), drawn(attempt).orElse(ending));
        };
    }

    private Optional<StepReport.Ending> drawn(AttemptId attempt) {
        return drawn.flatMap(
                wanted -> wanted.ending(Canonical.nodeName(nodeNames.getOrDefault(attempt, ""), run.view().name())));
    }

    private Optional<String> tell(RunCommand command) {
        return switch (run.handle(command, now())) {
            case Decision.Refused(var why) -> Optional.of(why);
            case Decision.Accepted(var facts) -> {
                facts.forEach(this::follow);
                yield Optional.empty();
            }
        };
    }

    private void follow(RunFact fact) {
        switch (fact) {
            case RunFact.Asked(var need) -> tell(needs.answer(run, need).orElseThrow());
            case RunFact.StepOrdered(_, var order) -> {
                if (order.template().inputArtifacts().isEmpty()) {
                    give(order);
                } else {
                    move(() -> machine.transfers().load(soon(order)));
                }
            }
            case RunFact.OutputsLeft(var node, _, _, _) -> {
                var order = run.order(node).orElseThrow();
                move(() -> machine.transfers().save(order));
            }
            case RunFact.ArtifactsMoved(var node, var transfer) -> {
                if (transfer.direction() == Transfer.Direction.IN && transfer.result() == Transfer.Result.DONE) {
                    give(run.order(node).orElseThrow());
                }
            }
            case RunFact.CacheAsked(var node, var cache, var key) ->
                    tell(
                            new RunCommand.CacheAnswered(
                                    run.era(), node, Optional.ofNullable(kept.get(cache + "/" + key))));
            case RunFact.CacheStored(var node) ->
                    run.memo(node)
                            .ifPresent(memo -> kept.put(memo.cache() + "/" + memo.key(), run.cacheEntry(node).text()));
            case RunFact.LocksAsked(var node, _) -> {
                if (run.waitsForLocks(node)) {
                    var request = run.lockRequest(node);
                    tell(new RunCommand.LocksAnswered(request.ticket(), locks.ask(request)));
                }
            }
            case RunFact.LocksReleased(var node) ->
                    locks.release(run.lockTicket(node))
                            .forEach(ticket -> tell(new RunCommand.LocksAnswered(ticket, new LockAnswer.Granted())));
            case RunFact.CancelWanted(_, var attempt, _) -> steps.cancel(attempt);
            case RunFact.StepStarted(_, var attempt, _, _) -> steps.claimed(attempt);
            case RunFact.StepEnded(_, var attempt, _, _) -> steps.forget(attempt);
            default -> {}
        }
    }

    private void move(Supplier<Transfer> move) {
        moving++;
        Thread.ofVirtual().start(() -> transfers.add(move.get()));
    }

    private void give(StepOrder order) {
        nodeNames.put(order.attempt(), order.nodeName());
        var refusals = steps.refusals(order);
        try {
            if (refusals.isEmpty()) {
                steps.start(soon(order), equipped(order, materials.resolve(order)));
                return;
            }
            refuse(order, String.join("; ", refusals));
        } catch (MaterialsResolver.Missing e) {
            refuse(order, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(StepOrder order, String why) {
        heard(new StepReport.Ended(order.attempt(), now(), new StepReport.Ending.NotStarted(why)));
    }

    private StepOrder soon(StepOrder order) {
        return new StepOrder(
                order.attempt(),
                order.runUid(),
                order.host(),
                order.namespace(),
                order.runName(),
                order.nodeId(),
                order.nodeName(),
                order.podName(),
                order.template(),
                order.resultWanted(),
                order.deadline().map(this::real),
                order.grace().dividedBy(PACE));
    }

    private Materials equipped(StepOrder order, Materials found) {
        var sleeps = Json.write(order.template().json()).contains("sleep"); // which the shell of busybox has in itself
        var busybox = IMAGES.find(order.template().image()).filter(ImageRules.Rule::busybox).isPresent() && !sleeps;
        var path =
                machine.programs()
                        + ":"
                        + machine.own()
                        + ":"
                        + (busybox ? machine.busybox() + ":" : "")
                        + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        var containers = new LinkedHashMap<String, Map<String, String>>();
        found.containers().forEach((name, env) -> containers.put(name, equipped(path, env)));
        return new Materials(equipped(path, found.env()), found.volumes(), containers);
    }

    private Map<String, String> equipped(String path, Map<String, String> found) {
        var env = new LinkedHashMap<>(found);
        env.put("PATH", path);
        env.put("PYTHONPATH", machine.programs().toString());
        return env;
    }
}
