package tiphys.runtime.events;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;
import tiphys.events.firing.Action;
import tiphys.events.firing.Wanted;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFact;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.actions.FiringObjects;
import tiphys.runtime.stream.Wakeups;

/// Makes the objects that recorded firings want, in the name of their sensor's service account, and does what else they ask for. May be told
/// of a firing again: its object's name and annotation come from the firing, so there is at most one; whatever else is asked gets the
/// firing's id.
///
/// What may pass (the store cannot write, the API answers 5xx or 429, nobody is there) is tried again with growing pauses, at most
/// [#ATTEMPTS] times, about four minutes; everything else fails at once. With a `retryStrategy` that says how often, whatever failed.
/// Safe for every thread.
final class FiringDispatcher implements TriggerDecider.Firings, AutoCloseable {
    static final int ATTEMPTS = 14;

    private static final Logger LOG = System.getLogger(FiringDispatcher.class.getName());
    private static final int WORKERS = 32;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final int WORKERS_OF_ACTIONS = 8;

    private final FiringObjects objects;
    private final Actions actions;
    private final InstantSource clock;
    private final Wakeups wakeups;
    private final Quarantine quarantine;
    private final BiConsumer<TriggerName, TriggerCommand> reports;
    private final Consumer<ApiObject> created;
    private final Set<String> pending = ConcurrentHashMap.newKeySet();
    private final Executor threads;
    private final Lane creations;
    private final Map<TriggerName, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<TriggerName, Pace> paces = new ConcurrentHashMap<>();
    private final Set<Thread> asking = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// @param reports gets what became of each firing whose object is made here
    /// @param created gets each object that was stored with its firing
    FiringDispatcher(
            Objects objects,
            Actions actions,
            InstantSource clock,
            Wakeups wakeups,
            Quarantine quarantine,
            Executor threads,
            BiConsumer<TriggerName, TriggerCommand> reports,
            Consumer<ApiObject> created) {
        this.objects = new FiringObjects(objects);
        this.clock = clock;
        this.actions = actions;
        this.creations = new Lane(WORKERS, threads);
        this.quarantine = quarantine;
        this.threads = threads;
        this.wakeups = wakeups;
        this.reports = reports;
        this.created = created;
    }

    /// Only of Workflows that get their name from the firing: nobody else has that name, and nothing but the store has to
    /// hear of them. What is refused is tried again by [#fire], which says so.
    @Override
    public Optional<Objects.Planned> plan(TriggerFact.Fired fired, TriggerName name) {
        var wanted = fired.object();
        var type = FiringObjects.typeOf(wanted);
        boolean atOnce = fired.execution().pace().isZero() && fired.execution().labels().isEmpty();
        if (!atOnce || !type.equals(Optional.of(ResourceTypes.WORKFLOW)) || Wanted.hasFixedName(wanted)) {
            return Optional.empty();
        }
        try {
            var object = new ApiObject(type.get(), Wanted.named(wanted, fired.firing(), 0));
            return Optional.of(inTheNameOf(name, fired).plan(object));
        } catch (RuntimeException | StackOverflowError e) { // a fault is this one firing's failure, not the trigger's
            LOG.log(Level.DEBUG, "the firing {0} is recorded alone: {1}", fired.firing(), e);
            return Optional.empty();
        }
    }

    @Override
    public void made(ApiObject object) {
        created.accept(object);
    }

    private Objects inTheNameOf(TriggerName name, TriggerFact.Fired fired) {
        return objects.inTheNameOf(name.namespace(), fired.account());
    }

    /// How many firings are neither made nor given up.
    int pending() {
        return pending.size();
    }

    /// A firing was recorded; what it asks for is wanted. Without effect if it is being done already.
    @Override
    public void fire(TriggerFact.Fired fired, TriggerName name) {
        if (pending.add(fired.firing())) {
            begin(new Job(fired, name), 1);
        }
    }

    private record Job(TriggerFact.Fired fired, TriggerName name) {
        String firing() {
            return fired.firing();
        }

        /// Whether no later firing of the trigger is done before this one has ended.
        boolean inOrder() {
            return fired.execution().inOrder();
        }
    }

    /// A slow far side holds up its own trigger alone.
    private Lane lane(Job job) {
        if (job.fired().action().isEmpty() && !job.inOrder()) {
            return creations;
        }
        return lanes.computeIfAbsent(job.name(), _ -> new Lane(job.inOrder() ? 1 : WORKERS_OF_ACTIONS, threads));
    }

    private void begin(Job job, int number) {
        var distance = job.fired().execution().pace();
        var pause =
                distance.isZero()
                        ? Duration.ZERO
                        : paces.computeIfAbsent(job.name(), _ -> new Pace()).reserve(distance, clock.instant());
        if (pause.isZero()) {
            lane(job).enter(done -> run(job, number, done));
        } else {
            wakeups.in(pause, () -> lane(job).enter(done -> run(job, number, done)));
        }
    }

    private void run(Job job, int number, Runnable done) {
        try (var _ = quarantine.begin(job.name().stream(), "what firing " + job.firing() + " asks for")) {
            var action = job.fired().action();
            end(job, action.isPresent() ? answered(job, action.get(), number) : made(job, number), done);
        } catch (StoreUnavailable e) {
            again(job, number, new Failure(words(e), Answer.NONE), pause(number), ATTEMPTS, done);
        } catch (IOException e) {
            failed(job, number, new Failure(words(e), Answer.NONE), true, done);
        } catch (TriggerFailed e) {
            failed(job, number, new Failure(e.why(), e.answer()), e.again() == TriggerFailed.Again.MAY_HELP, done);
        } catch (Refusal e) {
            failed(job, number, new Failure(words(e), Answer.NONE), e.code() >= 500 || e.code() == 429, done);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server ends; the firing is open and comes again
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, "the firing " + job.firing() + " of " + job.name() + " met a fault", e);
            end(job, failure(job, new Failure("a fault of this program: " + e, Answer.NONE), number), done);
        }
    }

    private TriggerCommand made(Job job, int number) throws InterruptedException, TriggerFailed {
        var wanted = job.fired().object();
        var made = objects.create(inTheNameOf(job.name(), job.fired()), wanted, job.firing());
        awaitLabels(job, new ObjectKey(made.type(), made.namespace(), made.name()));
        return new TriggerCommand.ReportMade(
                job.firing(), made.type().kind(), made.namespace(), made.name(), made.uid(), number);
    }

    private TriggerCommand answered(Job job, Action action, int number)
            throws IOException, InterruptedException, TriggerFailed {
        var thread = Thread.currentThread();
        asking.add(thread);
        try {
            if (closed) {
                throw new InterruptedException();
            }
            var answer = actions.fire(job.fired(), action, job.name(), number);
            var type = FiringObjects.typeOfKind(answer.object().kind());
            if (type.isPresent()) {
                awaitLabels(job, new ObjectKey(type.get(), answer.object().namespace(), answer.object().name()));
            }
            return new TriggerCommand.ReportAnswered(job.firing(), action.kind(), answer, number);
        } finally {
            asking.remove(thread);
        }
    }

    /// Waits until the object has the labels that the policy wants.
    private void awaitLabels(Job job, ObjectKey key) throws InterruptedException, TriggerFailed {
        var labels = job.fired().execution().labels();
        if (labels.isEmpty()) {
            return;
        }
        var backoff = labels.get().backoff();
        for (int look = 1; look <= backoff.steps(); look++) {
            var there = objects.find(key).map(ApiObject::labels).orElse(Map.of());
            if (there.entrySet().containsAll(labels.get().wanted().entrySet())) {
                return;
            }
            if (look < backoff.steps()) {
                asking.add(Thread.currentThread());
                try {
                    Thread.sleep(backoff.pause(look, 0));
                } finally {
                    asking.remove(Thread.currentThread());
                }
            }
        }
        if (labels.get().fails()) {
            throw new TriggerFailed(
                    key + " did not get the labels " + labels.get().wanted() + " that policy.k8s waits for");
        }
    }

    private static String words(Exception e) {
        return String.valueOf(e.getMessage());
    }

    /// What went wrong, and what came back.
    private record Failure(String why, Answer answer) {}

    private static TriggerCommand failure(Job job, Failure failure, int attempts) {
        return new TriggerCommand.ReportFailed(job.firing(), failure.why(), failure.answer(), attempts);
    }

    private void failed(Job job, int number, Failure failure, boolean mayPass, Runnable done) {
        var retry = job.fired().execution().retry();
        if (retry.isPresent()) {
            again(job, number, failure, retry.get().pause(number, chance(job, number)), retry.get().steps(), done);
        } else if (mayPass) {
            again(job, number, failure, pause(number), ATTEMPTS, done);
        } else {
            end(job, failure(job, failure, number), done);
        }
    }

    private static Duration pause(int number) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(number - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /// Spreads the firings that failed together; the same for the same attempt.
    private static double chance(Job job, int number) {
        return ((job.firing() + number).hashCode() & 0xffff) / 65_536.0;
    }

    private void again(Job job, int number, Failure failure, Duration pause, int most, Runnable done) {
        if (number >= most) {
            var why = number == 1 ? failure.why() : "given up after " + number + " attempts: " + failure.why();
            end(job, failure(job, new Failure(why, failure.answer()), number), done);
        } else if (job.inOrder()) {
            wakeups.in(pause, () -> threads.execute(() -> run(job, number + 1, done)));
        } else {
            done.run();
            wakeups.in(pause, () -> begin(job, number + 1));
        }
    }

    private void end(Job job, TriggerCommand report, Runnable done) {
        reports.accept(job.name(), report);
        pending.remove(job.firing());
        done.run();
    }

    /// A trigger whose sensor is gone has nothing open any more.
    void forget(TriggerName name) {
        lanes.remove(name);
        paces.remove(name);
    }

    /// Breaks off what is being asked. Its firings are open and come again at the next start.
    @Override
    public void close() {
        closed = true;
        asking.forEach(Thread::interrupt);
    }
}
