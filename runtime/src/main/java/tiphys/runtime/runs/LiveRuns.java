package tiphys.runtime.runs;

import static java.util.stream.Collectors.toSet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Measures;
import tiphys.engine.NodeArtifact;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.Transfer;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.ReopenStream;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.runtime.settings.Controllers;
import tiphys.runtime.settings.OwnImages;
import tiphys.runtime.settings.StartRate;
import tiphys.runtime.settings.WorkflowTurns;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.StreamActor;

/// The runs whose streams are live: one actor for each, and what follows their decisions. A run that has ended stays a
/// while, for people look at it; then its stream is folded and it leaves memory.
///
/// Orders that are decided before the executor was told what is under way wait for that.
public final class LiveRuns implements RunEffects {
    private static final Logger LOG = System.getLogger(LiveRuns.class.getName());
    private static final Duration ANSWER_PAUSE = Duration.ofSeconds(1);

    private final ActorContext context;
    private final Executor executor;
    private final RunNeeds needs;
    private final RunProjection projection;
    private final OrderDispatcher dispatcher;
    private final Transfers transfers;
    private final Measures measures;
    private final ArtifactMoves moves;
    private final Duration foldAfter;
    private final Locks locks;
    private final Caches caches;
    private final WorkflowTurns turns;
    private final RunReader reader;
    private final Controllers controllers;
    private final OwnImages images;
    private final StartRate rate;
    private final Map<String, LiveRun> runs = new ConcurrentHashMap<>();
    private final AtomicInteger going = new AtomicInteger();
    private @Nullable List<StepOrder> waiting = new ArrayList<>();

    public LiveRuns(
            ActorContext context,
            Executor executor,
            RunNeeds needs,
            RunProjection projection,
            MaterialsResolver materials,
            Transfers transfers,
            ArtifactMoves moves,
            ObjectStore objects,
            Caches caches,
            Measures measures,
            Controllers controllers,
            OwnImages images,
            Duration foldAfter) {
        this.context = context;
        this.executor = executor;
        this.needs = needs;
        this.projection = projection;
        this.transfers = transfers;
        this.measures = measures;
        this.moves = moves;
        this.foldAfter = foldAfter;
        this.controllers = controllers;
        this.images = images;
        reader = new RunReader(context.journal(), this);
        turns = new WorkflowTurns(controllers, (uid, command) -> tell(uid, decide(command)));
        rate =
                new StartRate(
                        namespace -> controllers.lately(namespace).rate(),
                        context.clock(),
                        context.wakeups(),
                        context.threads());
        controllers.onChange(rate::changed);
        this.caches = caches;
        locks = new Locks(objects, (uid, command) -> tell(uid, decide(command)));
        dispatcher =
                new OrderDispatcher(
                        executor, materials, context.clock(), context.quarantine(), report -> report(List.of(report)));
    }

    /// The live run of that uid.
    public Optional<LiveRun> find(String uid) {
        return Optional.ofNullable(runs.get(uid));
    }

    public Collection<LiveRun> all() {
        return runs.values();
    }

    /// How many have not ended.
    public int going() {
        return going.get();
    }

    /// Why runs are set aside, by uid.
    public Map<String, String> quarantined() {
        var why = new TreeMap<String, String>();
        runs.values().forEach(run -> run.actor.quarantine().ifPresent(text -> why.put(run.uid, text)));
        return why;
    }

    /// The run of that uid; begins to keep it if it is not kept yet.
    LiveRun keep(String uid) {
        return runs.computeIfAbsent(
                uid,
                _ -> {
                    going.incrementAndGet();
                    var decider = new RunDecider(uid, context.journal(), this);
                    return new LiveRun(uid, decider, new StreamActor<>(RunDecider.streamOf(uid), decider, context));
                });
    }

    /// Keeps a run no more, for it is read again; until then its locks are its own.
    public void take(String uid) {
        runs.computeIfPresent(uid, (_, run) -> away(run));
    }

    /// The locks of all runs.
    public Locks locks() {
        return locks;
    }

    /// Which runs go on, and which wait for their turn.
    public WorkflowTurns turns() {
        return turns;
    }

    /// The results that steps keep for others.
    public Caches caches() {
        return caches;
    }

    private @Nullable LiveRun gone(LiveRun run) {
        locks.releasedAll(run.uid);
        return away(run);
    }

    private @Nullable LiveRun away(LiveRun run) {
        turns.over(run.uid);
        run.cancelTimer();
        if (run.ended.compareAndSet(false, true)) {
            going.decrementAndGet();
        }
        return null;
    }

    /// Takes what an executor says. What comes together about one run is decided together.
    void report(List<StepReport> reports) {
        var byRun = new LinkedHashMap<String, List<StepReport>>();
        for (var report : reports) {
            byRun.computeIfAbsent(report.attempt().runUid(), _ -> new ArrayList<>()).add(report);
        }
        byRun.forEach((uid, own) -> {
            var run = runs.get(uid);
            if (run != null) {
                run.actor.tell(own.stream().map(report -> decide(new RunCommand.Report(report))).toList());
            } else {
                ofNoRun(own);
            }
        });
    }

    /// Reports about a run that is not live are of one that is over: its end is recorded. What runs is ended; what has ended is
    /// forgotten, and must not be ended again, for that would be answered by the same reports without end.
    private void ofNoRun(List<StepReport> reports) {
        var over =
                reports.stream().filter(StepReport.Ended.class::isInstance).map(StepReport::attempt).collect(toSet());
        over.forEach(executor::forget);
        for (var report : reports) {
            if (!over.contains(report.attempt())) {
                LOG.log(Level.WARNING, "attempt {0} runs, but its run is over: it is ended", report.attempt());
                executor.cancel(report.attempt());
            }
        }
    }

    /// Makes an ended run live again, whose stream was folded; whoever asks for it has it folded again if it does not go on.
    public CompletableFuture<LiveRun> reopen(String uid, Instant at) {
        folded(uid);
        var write = new ReopenStream(RunDecider.streamOf(uid));
        return context.journal()
                .commit(new Transaction(at, List.of(), List.of(), List.of(write)))
                .thenApply(_ -> {
                    var run = keep(uid);
                    if (run.ended.compareAndSet(false, true)) {
                        going.decrementAndGet();
                    }
                    return run;
                });
    }

    public static RunMessage decide(RunCommand command) {
        return new RunMessage.Decide(command);
    }

    /// Tells the executor what is believed to be under way; only after this are orders given.
    ///
    /// @param claimed those under way of which a start is recorded, and which are not being ended
    void reconcile(Collection<StepOrder> underWay, Collection<AttemptId> claimed, Collection<StepOrder> notStarted) {
        executor.reconcile(underWay);
        claimed.forEach(executor::claimed);
        List<StepOrder> held;
        synchronized (this) {
            held = waiting == null ? List.of() : waiting;
            waiting = null;
        }
        notStarted.forEach(this::start);
        held.forEach(this::start);
    }

    /// Gives an order, or first has its artifacts put in place.
    private void giveOrLoad(StepOrder order) {
        if (order.template().inputArtifacts().isEmpty()) {
            give(order);
        } else {
            context.threads().execute(() -> moved(moves.load(order)));
        }
    }

    /// Takes up the artifacts that were being moved when the server ended.
    void move(List<StepOrder> unstaged, List<StepOrder> saving) {
        unstaged.forEach(order -> context.threads().execute(() -> moved(moves.load(order))));
        saving.forEach(this::save);
    }

    private void save(StepOrder order) {
        context.threads().execute(() -> moved(moves.save(order)));
    }

    private void moved(Transfer transfer) {
        find(transfer.attempt().runUid()).ifPresent(run -> run.actor.tell(decide(new RunCommand.Moved(transfer))));
    }

    private void give(StepOrder order) {
        synchronized (this) {
            if (waiting != null) {
                waiting.add(order);
                return;
            }
        }
        start(order);
    }

    /// Pods are started no faster than settings say.
    private void start(StepOrder order) {
        switch (new Template(order.template().json()).type().orElse(Template.Type.CONTAINER)) {
            case HTTP, PLUGIN, DATA, SUSPEND, STEPS, DAG -> dispatcher.give(order);
            case CONTAINER, CONTAINER_SET, SCRIPT, RESOURCE ->
                    rate.start(group(order.namespace()), order.attempt(), () -> dispatcher.give(order));
        }
    }

    private String group(String namespace) {
        try {
            return controllers.lately(namespace).namespace();
        } catch (StoreUnavailable e) {
            return ""; // then nobody waits
        }
    }

    private void cancel(AttemptId attempt) {
        rate.drop(attempt);
        executor.cancel(attempt);
    }

    @Override
    public Optional<RunCommand.Supplied> answer(Run run, Need need) {
        if (need instanceof Need.Turn turn) {
            return turns.ask(run, turn);
        }
        return need instanceof Need.Earlier earlier ? earlier(run, earlier) : needs.answer(run, need);
    }

    /// What a run begins with that is made of another one of its namespace.
    private Optional<RunCommand.Supplied> earlier(Run run, Need.Earlier need) {
        var parameters = run.parametersWanted();
        try {
            var found =
                    reader.read(
                            need.uid(),
                            one ->
                                    one.view().namespace().equals(need.namespace())
                                            ? Optional.of(one.retained(parameters))
                                            : Optional.<Value>empty());
            var gone = Value.text("the run " + need.uid() + " that this one is made of is not known any more");
            return Optional.of(new RunCommand.Supplied(need, Optional.of(found.flatMap(one -> one).orElse(gone)), ""));
        } catch (StoreUnavailable e) {
            return Optional.empty();
        }
    }

    /// Reads runs, live ones and others.
    public RunReader reader() {
        return reader;
    }

    /// What is asked of a new Workflow of a namespace.
    RunCommand.Rules rules(String namespace) {
        try {
            var defaults = controllers.of(namespace).answer().isPresent();
            return new RunCommand.Rules(defaults, turns.limited(namespace), images.any(namespace));
        } catch (StoreUnavailable e) {
            return new RunCommand.Rules(
                    true, false, images.any(namespace)); // it asks, and asks again until it is answered
        }
    }

    @Override
    public RunCommand lock(Run run, int node) {
        var request = run.lockRequest(node);
        return new RunCommand.LocksAnswered(request.ticket(), locks.ask(request));
    }

    @Override
    public RunCommand cached(Run run, int node, String cache, String key) {
        return new RunCommand.CacheAnswered(run.era(), node, caches.find(run.view().namespace(), cache, key));
    }

    @Override
    public boolean stands(LockTicket granted) {
        return locks.stands(granted);
    }

    @Override
    public void read(Run run) {
        locks.read(run);
        turns.read(run);
        measures.add(run.uid(), run.growing());
        find(run.uid()).ifPresent(live -> live.phase(run.view().phase()));
    }

    @Override
    public void answerLater(String uid) {
        context.wakeups().in(ANSWER_PAUSE, () -> tell(uid, new RunMessage.Answer()));
    }

    private void tell(String uid, RunMessage message) {
        find(uid).ifPresent(run -> run.actor.tell(message));
    }

    @Override
    public void follow(Run run, RunFact fact, StreamActor.Work work) {
        switch (fact) {
            case RunFact.StepOrdered(_, var order) -> work.afterFlush(() -> giveOrLoad(order));
            case RunFact.OutputsLeft(var node, _, _, _) ->
                    run.order(node).ifPresent(order -> work.afterFlush(() -> save(order)));
            case RunFact.ArtifactsMoved(var node, var transfer) -> {
                if (transfer.direction() == Transfer.Direction.IN && transfer.result() == Transfer.Result.DONE) {
                    run.order(node).ifPresent(order -> work.afterFlush(() -> give(order)));
                }
            }
            case RunFact.LocksReleased(var node) -> {
                var ticket = run.lockTicket(node);
                work.afterFlush(() -> locks.released(ticket));
            }
            case RunFact.StepStarted(_, var attempt, _, _) -> {
                var numbers = RunNumbers.pod(run.view().namespace(), "Running");
                work.afterFlush(() -> {
                    executor.claimed(attempt);
                    measures.add(run.uid(), numbers);
                });
            }
            case RunFact.StepEnded(_, _, _, var ending) -> {
                var numbers = RunNumbers.pod(run.view().namespace(), RunNumbers.phase(ending));
                work.afterFlush(() -> measures.add(run.uid(), numbers));
            }
            case RunFact.StepReady(_, var attempt, _, _) -> work.afterFlush(() -> executor.claimed(attempt));
            case RunFact.CacheAnswered(var node, var hit, _) -> {
                if (hit) {
                    run.memo(node)
                            .ifPresent(memo -> caches.used(run.view().namespace(), memo.cache(), memo.key(), work));
                }
            }
            case RunFact.CacheStored(var node) ->
                    run.memo(node)
                            .ifPresent(memo ->
                                    caches.put(
                                            run.view().namespace(),
                                            memo.cache(),
                                            memo.key(),
                                            run.cacheEntry(node),
                                            work));
            case RunFact.Measured(_, var all, _) -> work.afterFlush(() -> measures.add(run.uid(), all));
            case RunFact.CancelWanted(_, var attempt, _) -> work.afterFlush(() -> cancel(attempt));
            case RunFact.Restarted _ -> {
                var key = RunProjection.key(run.view());
                turns.goesOn(run.uid(), run.view().namespace());
                work.afterFlush(() -> restarted(run.uid(), key));
            }
            case RunFact.Started _ -> projection.claim(run, work);
            case RunFact.Ended _ -> {
                projection.letGo(run, work).forEach(claim -> work.afterFlush(() -> release(claim)));
                work.afterFlush(() -> measures.over(run.uid()));
                work.afterFlush(() -> turns.over(run.uid()));
            }
            case RunFact.Observed _ -> {
                if (run.turnWanted().isEmpty()) {
                    turns.goesOn(run.uid(), run.view().namespace());
                }
            }
            case RunFact.Asked _,
                    RunFact.Supplied _,
                    RunFact.NodeBegan _,
                    RunFact.Expanded _,
                    RunFact.Labelled _,
                    RunFact.LocksAsked _,
                    RunFact.LocksAwaited _,
                    RunFact.LocksGranted _,
                    RunFact.LocksRefused _,
                    RunFact.CacheAsked _,
                    RunFact.Queued _,
                    RunFact.NodeChanged _,
                    RunFact.NodeSupplied _,
                    RunFact.NodeEnded _,
                    RunFact.Progressed _,
                    RunFact.Used _,
                    RunFact.Waits _,
                    RunFact.SuspendChanged _,
                    RunFact.ShutdownWanted _,
                    RunFact.HostChanged _,
                    RunFact.ObjectGone _,
                    RunFact.DeadlinePassed _,
                    RunFact.ArtifactsDeleted _,
                    RunFact.ArtifactsStay _ -> {}
        }
    }

    private void release(ObjectKey claim) {
        executor.release(claim.namespace(), claim.name());
    }

    private void restarted(String uid, ObjectKey key) {
        find(uid)
                .ifPresent(run -> {
                    if (run.ended.compareAndSet(true, false)) {
                        going.incrementAndGet();
                    }
                    run.cancelTimer(); // it is not to be folded any more
                    run.collecting.set(false);
                    if (!projection.exists(key, uid)) {
                        run.actor.tell(decide(new RunCommand.Gone())); // an ended run did not hear of it
                    }
                });
    }

    @Override
    public void endRecorded(AttemptId attempt) {
        executor.forget(attempt);
    }

    @Override
    public void respec(Run run, StreamActor.Work work) {
        try {
            projection.respec(run, work);
        } catch (StoreUnavailable e) {
            LOG.log(Level.WARNING, "the spec of run {0} cannot be changed now: {1}", run.uid(), e.getMessage());
        }
    }

    @Override
    public void project(Run run, StreamActor.Work work) {
        projection.project(run, work);
        var view = run.view();
        if (find(run.uid()).filter(live -> live.phase(view.phase())).isPresent()) {
            var numbers = RunNumbers.reached(view);
            work.afterFlush(() -> measures.add(run.uid(), numbers));
        }
    }

    @Override
    public void projectLater(String uid) {
        find(uid)
                .filter(run -> run.projecting.compareAndSet(false, true))
                .ifPresent(run ->
                        context.wakeups()
                                .in(
                                        RunDecider.PROJECTION_PAUSE,
                                        () -> {
                                            run.projecting.set(false);
                                            run.actor.tell(new RunMessage.Project());
                                        }));
    }

    @Override
    public void wakeUp(String uid, Instant at) {
        find(uid).ifPresent(run -> run.timer(context.wakeups().at(at, () -> wake(run, at))));
    }

    /// The timer may come early, for it sleeps no longer than it can trust the clock.
    private void wake(LiveRun run, Instant at) {
        if (context.clock().instant().isBefore(at)) {
            run.timer(context.wakeups().at(at, () -> wake(run, at)));
        } else {
            run.actor.tell(decide(new RunCommand.Tick()));
        }
    }

    @Override
    public void ended(String uid) {
        find(uid)
                .ifPresent(run -> {
                    if (run.ended.compareAndSet(false, true)) {
                        going.decrementAndGet();
                    }
                    run.cancelTimer();
                    collect(run);
                });
    }

    /// Deletes the artifacts that go with the end of an ended run, or of its object; folds it after that.
    private void collect(LiveRun run) {
        var _ =
                run.actor
                        .query(() -> run.decider.run().deletable(run.decider.run().view().gone()))
                        .whenComplete((all, failure) -> {
                            if (failure != null || all.isEmpty()) {
                                foldLater(run);
                            } else if (run.collecting.compareAndSet(false, true)) {
                                context.threads().execute(() -> run.actor.tell(decide(transfers.delete(all))));
                            }
                        });
    }

    /// Whether a run has not ended.
    public boolean goesOn(String uid) {
        return find(uid).filter(run -> !run.ended.get()).isPresent();
    }

    /// The object of a run that is over, and not live any more, is gone. Blocks until its artifacts are deleted.
    public void forgotten(List<NodeArtifact> artifacts) {
        if (!artifacts.isEmpty()) {
            for (var problem : transfers.delete(artifacts).problems()) {
                LOG.log(Level.WARNING, "an artifact of a Workflow that is gone stays: {0}", problem);
            }
        }
    }

    /// Deletes artifacts. Blocks.
    ///
    /// @return what could not be deleted
    public List<String> delete(List<NodeArtifact> artifacts) {
        return transfers.delete(artifacts).problems();
    }

    /// Folds an ended run after a while.
    public void foldLater(LiveRun run) {
        run.timer(context.wakeups().in(foldAfter, () -> run.actor.tell(new RunMessage.Fold())));
    }

    @Override
    public void folded(String uid) {
        runs.computeIfPresent(
                uid,
                (_, run) -> {
                    if (!run.decider.folded()) {
                        return run;
                    }
                    return gone(run); // its end was flushed by the same commit, and is told of later
                });
    }
}
