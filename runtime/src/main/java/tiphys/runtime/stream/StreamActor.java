package tiphys.runtime.stream;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tiphys.journal.Append;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.CursorMove;
import tiphys.journal.Journal;
import tiphys.journal.NewEntry;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.journal.Write;

/// The only writer of one stream. Commands wait in its mailbox; it takes what is there, decides them one after another,
/// stores everything in one transaction, and only when that is flushed lets the effects out, answers the callers and shows
/// the new state to queries. So nobody ever sees, and nothing outside ever follows, what could still be lost.
///
/// When the store cannot write, the state is read again from the journal: commands that somebody waits for fail with
/// [StoreUnavailable], the others (reports, ticks) are kept and tried again with growing pauses. A decider that throws, or
/// runs out of stack, quarantines the stream: it refuses every command and says why, until another actor takes its place;
/// the other streams go on. A stream that killed the process before is refused from the start ([Quarantine]).
///
/// Safe for every thread. Runs on the given executor, never on two threads at once.
public final class StreamActor<C> {
    private static final Logger LOG = System.getLogger(StreamActor.class.getName());
    private static final int BATCH = 512;
    private static final int FRAMES = 40;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// What a stream of some kind does with its commands. Called by its actor alone.
    public interface Decider<C> {
        /// Decides a command and applies what was decided to the state in memory. Adds to `work`.
        ///
        /// @return the refusal, if it was refused
        Optional<String> decide(C command, Instant at, Work work);

        /// What a command is about, in a few words that are the same when it comes again after a death: "the end of step x".
        String about(C command);

        /// Adds what the whole batch changed, such as projections. Called once before each commit.
        void beforeCommit(Instant at, Work work);

        /// Reads the state again from the journal; what was decided since the last commit is gone.
        ///
        /// @return the number of the stream's last entry
        long reload();
    }

    /// What a batch has decided so far.
    public static final class Work {
        public final List<NewEntry> entries = new ArrayList<>();
        public final List<CursorMove> cursors = new ArrayList<>();
        public final List<Write> writes = new ArrayList<>();
        private final List<Consumer<Committed>> effects = new ArrayList<>();

        /// Does something in the world once the batch is flushed. Short and not blocking.
        public void afterFlush(Runnable effect) {
            effects.add(_ -> effect.run());
        }

        /// The same, for an effect that needs what the flush gave.
        public void afterFlush(Consumer<Committed> effect) {
            effects.add(effect);
        }

        private boolean empty() {
            return entries.isEmpty() && cursors.isEmpty() && writes.isEmpty();
        }
    }

    private sealed interface Letter<C> {
        record Command<C>(C command, @Nullable CompletableFuture<Optional<String>> reply) implements Letter<C> {}

        record Query<C>(Runnable read) implements Letter<C> {}
    }

    private final StreamName name;
    private final Decider<C> decider;
    private final Journal journal;
    private final InstantSource clock;
    private final Executor threads;
    private final Wakeups wakeups;
    private final int mailboxLimit;
    private final Quarantine quarantines;
    private final Consumer<StreamName> aside;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Letter<C>> mailbox = new ArrayDeque<>();
    private boolean scheduled;
    private volatile Optional<String> quarantine;

    private long number;
    private boolean loaded;
    private Duration pause = FIRST_PAUSE;

    public StreamActor(StreamName name, Decider<C> decider, ActorContext context) {
        this.name = name;
        this.decider = decider;
        this.journal = context.journal();
        this.clock = context.clock();
        this.threads = context.threads();
        this.wakeups = context.wakeups();
        this.mailboxLimit = context.mailboxLimit();
        this.quarantines = context.quarantine();
        this.aside = context.aside();
        this.quarantine = quarantines.reason(name).map(why -> name + " is " + why + "; " + freed());
    }

    /// Hands in a command that nobody waits for. It is kept until it is recorded.
    public void tell(C command) {
        post(new Letter.Command<>(command, null));
    }

    /// Hands in commands that nobody waits for, and that are decided in one batch where it has room.
    public void tell(List<C> commands) {
        lock.lock();
        try {
            commands.forEach(command -> mailbox.add(new Letter.Command<>(command, null)));
            schedule();
        } finally {
            lock.unlock();
        }
    }

    /// Hands in a command and waits for its end: empty, or the refusal. Fails with [StoreUnavailable] if it could not be
    /// stored, or if too many wait.
    public CompletableFuture<Optional<String>> ask(C command) {
        var reply = new CompletableFuture<Optional<String>>();
        lock.lock();
        try {
            if (mailbox.size() >= mailboxLimit) {
                reply.completeExceptionally(
                        new StoreUnavailable(
                                name + " has " + mailbox.size() + " commands waiting; try again",
                                new IllegalStateException()));
                return reply;
            }
        } finally {
            lock.unlock();
        }
        post(new Letter.Command<>(command, reply));
        return reply;
    }

    /// Reads from the state as it is after the last flush.
    public <T> CompletableFuture<T> query(Supplier<T> read) {
        var answer = new CompletableFuture<T>();
        post(
                new Letter.Query<>(() -> {
                    try {
                        answer.complete(read.get());
                    } catch (RuntimeException | StackOverflowError e) {
                        answer.completeExceptionally(e);
                    }
                }));
        return answer;
    }

    /// Why the stream is set aside, if it is.
    public Optional<String> quarantine() {
        return quarantine;
    }

    private void post(Letter<C> letter) {
        lock.lock();
        try {
            mailbox.add(letter);
            schedule();
        } finally {
            lock.unlock();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            threads.execute(this::run);
        }
    }

    private void run() {
        while (true) {
            List<Letter<C>> batch;
            lock.lock();
            try {
                if (mailbox.isEmpty()) {
                    scheduled = false;
                    return;
                }
                batch = takeBatch();
            } finally {
                lock.unlock();
            }
            if (batch.getFirst() instanceof Letter.Query<C>(var read)) {
                if (ensureLoaded()) {
                    try (var _ = quarantines.begin(name, "a question about it")) {
                        read.run();
                    }
                    continue;
                }
                retryLater(batch);
                return;
            }
            if (!process(batch)) {
                return;
            }
        }
    }

    /// One query, or the commands before the next query.
    private List<Letter<C>> takeBatch() {
        var batch = new ArrayList<Letter<C>>();
        while (!mailbox.isEmpty() && batch.size() < BATCH) {
            var query = mailbox.peek() instanceof Letter.Query<C>;
            if (query && !batch.isEmpty()) {
                break;
            }
            batch.add(mailbox.remove());
            if (query) {
                break;
            }
        }
        return batch;
    }

    private boolean ensureLoaded() {
        if (loaded || quarantine.isPresent()) {
            return true;
        }
        try (var _ = quarantines.begin(name, "what is recorded of it")) {
            number = decider.reload();
            loaded = true;
            return true;
        } catch (StoreUnavailable e) {
            LOG.log(Level.WARNING, "{0} cannot be read: {1}", name, e.getMessage());
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            setAside(e);
            return true;
        }
    }

    /// @return whether to go on at once
    private boolean process(List<Letter<C>> batch) {
        if (!ensureLoaded()) {
            retryLater(
                    failWaiting(batch, new StoreUnavailable("the store cannot be read", new IllegalStateException())));
            return false;
        }
        if (quarantine.isPresent()) {
            refuseAll(batch, quarantine.get());
            return true;
        }
        var at = clock.instant();
        var work = new Work();
        var answers = new ArrayList<Runnable>();
        Committed committed;
        try {
            decide(batch, at, work, answers);
            committed = commit(at, work);
        } catch (StoreUnavailable | Conflict e) {
            LOG.log(Level.WARNING, "{0} could not be stored: {1}", name, e.getMessage());
            loaded = false;
            retryLater(e instanceof StoreUnavailable unavailable ? failWaiting(batch, unavailable) : batch);
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            setAside(e);
            refuseAll(batch, quarantine.orElseThrow());
            return true;
        }
        pause = FIRST_PAUSE;
        if (!work.effects.isEmpty()) {
            follow(work, committed);
        }
        answers.forEach(Runnable::run);
        return true;
    }

    private void decide(List<Letter<C>> batch, Instant at, Work work, List<Runnable> answers) {
        try (var mark = quarantines.begin(name, "")) {
            for (var letter : batch) {
                if (letter instanceof Letter.Command<C>(var command, var reply)) {
                    mark.now(decider.about(command));
                    var refusal = decider.decide(command, at, work);
                    if (reply != null) {
                        answers.add(() -> reply.complete(refusal));
                    }
                }
            }
            mark.now("what others see of it");
            decider.beforeCommit(at, work);
        }
    }

    private void follow(Work work, Committed committed) {
        try (var _ = quarantines.begin(name, "what follows from it")) {
            for (var effect : work.effects) {
                try {
                    effect.accept(committed);
                } catch (RuntimeException | StackOverflowError e) {
                    LOG.log(Level.ERROR, "an effect of " + name + " failed", e);
                }
            }
        }
    }

    private Committed commit(Instant at, Work work) {
        if (work.empty()) {
            return new Committed(0, 0, 0);
        }
        var appends =
                work.entries.isEmpty()
                        ? List.<Append>of()
                        : List.of(new Append(name, OptionalLong.of(number), work.entries));
        try {
            var committed = journal.commit(new Transaction(at, appends, work.cursors, work.writes)).join();
            number += work.entries.size();
            return committed;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// Fails the commands that somebody waits for.
    ///
    /// @return the others
    private List<Letter<C>> failWaiting(List<Letter<C>> batch, StoreUnavailable why) {
        var kept = new ArrayList<Letter<C>>();
        for (var letter : batch) {
            if (letter instanceof Letter.Command<C>(_, var reply) && reply != null) {
                reply.completeExceptionally(why);
            } else {
                kept.add(letter);
            }
        }
        return kept;
    }

    private void refuseAll(List<Letter<C>> batch, String why) {
        for (var letter : batch) {
            if (letter instanceof Letter.Command<C>(_, var reply) && reply != null) {
                reply.complete(Optional.of(why));
            }
        }
    }

    private void retryLater(List<Letter<C>> batch) {
        lock.lock();
        try {
            for (int i = batch.size() - 1; i >= 0; i--) {
                mailbox.addFirst(batch.get(i));
            }
            if (mailbox.isEmpty()) {
                mailbox.add(new Letter.Query<>(() -> {})); // the state is read again, though nobody waits for it
            }
        } finally {
            lock.unlock();
        }
        wakeups.in(pause, () -> threads.execute(this::run));
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    /// Sets the stream aside because something failed at it.
    public void setAside(Throwable bug) {
        if (bug instanceof StackOverflowError) { // a thousand frames say no more than some
            bug.setStackTrace(Arrays.copyOf(bug.getStackTrace(), Math.min(FRAMES, bug.getStackTrace().length)));
        }
        LOG.log(Level.ERROR, name + " is quarantined", bug);
        var why = "set aside, because deciding about it failed: " + bug;
        quarantine = Optional.of(name + " is " + why + "; " + freed());
        quarantines.setAside(name, why);
        aside.accept(name);
    }

    private String freed() {
        return "the other streams go on; `tiphys repair " + name + "` tries it again";
    }
}
