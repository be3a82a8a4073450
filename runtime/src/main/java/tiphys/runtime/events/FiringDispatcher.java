package tiphys.runtime.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tiphys.events.firing.Wanted;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFact;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.stream.Wakeups;

/// Makes the objects that recorded firings want, in the name of their sensor's service account. May be told of a firing
/// again: its object's name and annotation come from the firing, so there is at most one.
///
/// What may pass (the store cannot write, the API answers 5xx or 429) is tried again with growing pauses, at most
/// [#ATTEMPTS] times, about four minutes; everything else fails at once. Safe for every thread.
final class FiringDispatcher implements TriggerDecider.Firings {
    static final int ATTEMPTS = 14;

    private static final Logger LOG = System.getLogger(FiringDispatcher.class.getName());
    private static final int WORKERS = 32;
    private static final int SUFFIXES = 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Objects objects;
    private final Wakeups wakeups;
    private final Quarantine quarantine;
    private final BiConsumer<TriggerName, TriggerCommand> reports;
    private final Consumer<ApiObject> created;
    private final Set<String> pending = ConcurrentHashMap.newKeySet();
    private final Executor threads;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int working;

    /// @param reports gets what became of each firing whose object is made here
    /// @param created gets each object that was stored with its firing
    FiringDispatcher(
            Objects objects,
            Wakeups wakeups,
            Quarantine quarantine,
            Executor threads,
            BiConsumer<TriggerName, TriggerCommand> reports,
            Consumer<ApiObject> created) {
        this.objects = objects;
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
        var type = typeOf(wanted);
        if (!type.equals(Optional.of(ResourceTypes.WORKFLOW)) || Wanted.hasFixedName(wanted)) {
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

    private static Optional<ResourceType> typeOf(Value.Mapping wanted) {
        return ResourceTypes.byKind(wanted.textAt("apiVersion").orElse(""), wanted.textAt("kind").orElse(""));
    }

    private Objects inTheNameOf(TriggerName name, TriggerFact.Fired fired) {
        return objects.as("system:serviceaccount:" + name.namespace() + ":" + fired.account());
    }

    /// How many firings are neither made nor given up.
    int pending() {
        return pending.size();
    }

    /// A firing was recorded; its object is wanted. Without effect if it is being made already.
    @Override
    public void fire(TriggerFact.Fired fired, TriggerName name) {
        if (pending.add(fired.firing())) {
            attempt(new Job(fired, name), 1);
        }
    }

    private record Job(TriggerFact.Fired fired, TriggerName name) {
        String firing() {
            return fired.firing();
        }
    }

    private void attempt(Job job, int number) {
        synchronized (waiting) {
            if (working == WORKERS) {
                waiting.add(() -> run(job, number));
                return;
            }
            working++;
        }
        threads.execute(() -> work(() -> run(job, number)));
    }

    private void work(Runnable first) {
        for (Runnable next = first; next != null; next = next()) {
            next.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            var next = waiting.poll();
            if (next == null) {
                working--;
            }
            return next;
        }
    }

    private void run(Job job, int number) {
        try (var _ = quarantine.begin(job.name().stream(), "the object of firing " + job.firing())) {
            var made = create(job);
            end(
                    job,
                    new TriggerCommand.ReportMade(
                            job.firing(), made.type().kind(), made.namespace(), made.name(), made.uid(), number));
        } catch (StoreUnavailable e) {
            again(job, number, words(e));
        } catch (Refusal e) {
            if (e.code() >= 500 || e.code() == 429) {
                again(job, number, words(e));
            } else {
                end(job, new TriggerCommand.ReportFailed(job.firing(), words(e), number));
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, "the firing " + job.firing() + " of " + job.name() + " met a fault", e);
            end(job, new TriggerCommand.ReportFailed(job.firing(), "a fault of this program: " + e, number));
        }
    }

    private static String words(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }

    private void again(Job job, int number, String why) {
        if (number >= ATTEMPTS) {
            end(
                    job,
                    new TriggerCommand.ReportFailed(
                            job.firing(), "given up after " + number + " attempts: " + why, number));
            return;
        }
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(number - 1, 20));
        wakeups.in(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause, () -> attempt(job, number + 1));
    }

    private void end(Job job, TriggerCommand report) {
        reports.accept(job.name(), report);
        pending.remove(job.firing());
    }

    private ApiObject create(Job job) {
        var wanted = job.fired().object();
        var type =
                typeOf(wanted)
                        .orElseThrow(() ->
                                new Refusal(
                                        404,
                                        "NotFound",
                                        "this server has no kind \""
                                                + wanted.textAt("kind").orElse("")
                                                + "\" in version \""
                                                + wanted.textAt("apiVersion").orElse("")
                                                + "\""));
        var user = inTheNameOf(job.name(), job.fired());
        for (int suffix = 0; suffix < SUFFIXES; suffix++) {
            var object = new ApiObject(type, Wanted.named(wanted, job.firing(), suffix));
            try {
                return user.create(object, Objects.Mode.PLAIN).object();
            } catch (Refusal e) {
                // Whatever is refused now: what an attempt stored whose answer was lost is there.
                var there = existing(type, object);
                if (job.firing().equals(there.annotations().get(Wanted.FIRING))) {
                    return there;
                }
                if (!e.reason().equals("AlreadyExists")) {
                    throw e;
                }
                if (Wanted.hasFixedName(wanted)) {
                    throw e;
                }
            }
        }
        throw new Refusal(
                409,
                "AlreadyExists",
                "the first " + SUFFIXES + " names for the firing's object are taken by other objects");
    }

    private ApiObject existing(ResourceType type, ApiObject object) {
        return objects.find(object.key()).orElseGet(() -> new ApiObject(type, Value.Mapping.EMPTY));
    }
}
