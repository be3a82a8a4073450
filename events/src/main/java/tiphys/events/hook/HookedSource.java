package tiphys.events.hook;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.events.source.Source;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;

/// A source that takes requests in, and sees to it that the sender makes them: its hooks are registered once the source listens, with
/// growing pauses for as long as that fails, and looked after now and then, for people delete them. A hook that was never registered is the
/// source's state; one that could not be looked after is only told, for it is most likely there. Safe for every thread.
public final class HookedSource implements Source {
    private static final Logger LOG = System.getLogger(HookedSource.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /// So often it is tried to delete a hook that nobody wants any more.
    private static final int DELETIONS = 5;

    private final SourceName name;
    private final Source door;
    private final Hook hook;
    private final Registrar registrar;
    private final Surroundings around;

    /// What is asked of the sender is asked one after the other.
    private final ReentrantLock turn = new ReentrantLock();

    private final Set<String> registered = new HashSet<>();
    private Duration pause = FIRST_PAUSE;
    private volatile Surroundings.Wish wish = () -> {};
    private volatile Optional<SourceState> down = Optional.empty();
    private volatile Optional<Trouble> trouble = Optional.empty();
    private volatile boolean stopped;

    /// @param door takes the requests in, and does already
    public HookedSource(SourceName name, Source door, Hook hook, Registrar registrar, Surroundings around) {
        this.name = name;
        this.door = door;
        this.hook = hook;
        this.registrar = registrar;
        this.around = around;
    }

    /// Begins to register.
    public HookedSource start() {
        around.threads().execute(this::register);
        return this;
    }

    private void register() {
        turn.lock();
        try {
            var missing = new ArrayList<String>();
            var untended = new ArrayList<String>();
            for (var place : registrar.places(hook)) {
                if (stopped) {
                    return;
                }
                boolean known = registered.contains(place);
                try {
                    registrar.register(hook, place, known ? Occasion.LOOK : Occasion.FIRST);
                    registered.add(place);
                } catch (IOException e) {
                    (known ? untended : missing).add(place + ": " + hook.masked(String.valueOf(e.getMessage())));
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, name + ": a bug while a hook was registered", e);
                    missing.add(place + ": a bug, see the server's log: " + hook.masked(e.toString()));
                }
            }
            told(missing, untended);
        } catch (InterruptedException _) {
            // the server ends, and this task with it
        } finally {
            turn.unlock();
        }
    }

    private void told(List<String> missing, List<String> untended) {
        var now = around.clock().instant();
        boolean works = missing.isEmpty() && untended.isEmpty();
        var again = now.plus(works ? hook.look() : pause);
        pause = works ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        if (!missing.isEmpty()) {
            var why = words("registered", missing);
            var before = down.flatMap(SourceState::problem);
            if (!before.equals(Optional.of(why))) {
                LOG.log(Level.WARNING, "{0}: {1}", name, why);
            }
            down = Optional.of(new SourceState.BackingOff(down.map(SourceState::since).orElse(now), why, again));
            trouble = Optional.of(new Trouble(now, why));
        } else {
            if (!untended.isEmpty()) {
                trouble = Optional.of(new Trouble(now, words("looked after", untended)));
            }
            down = Optional.empty();
        }
        around.changed().run();
        later(again, this::register);
    }

    private String words(String done, List<String> failures) {
        var more = failures.size() == 1 ? "" : " (and " + (failures.size() - 1) + " more)";
        return "the hook at " + hook.sender() + " could not be " + done + " for " + failures.getFirst() + more;
    }

    /// A timer may call early.
    private void later(Instant instant, Runnable task) {
        if (!stopped) {
            wish =
                    around.timer()
                            .at(
                                    instant,
                                    () -> {
                                        if (around.clock().instant().isBefore(instant)) {
                                            later(instant, task);
                                        } else if (!stopped) {
                                            around.threads().execute(task);
                                        }
                                    });
        }
    }

    /// Another source has taken its place: what that does not register is deleted, if it is to go at the end.
    public void replacedBy(Source other) {
        stop();
        var kept =
                other instanceof HookedSource hooked
                                && hooked.hook.url().equals(hook.url())
                                && hooked.hook.sender().equals(hook.sender())
                        ? Set.copyOf(hooked.registrar.places(hooked.hook))
                        : Set.<String>of();
        delete(registrar.places(hook).stream().filter(place -> !kept.contains(place)).toList(), 1, FIRST_PAUSE);
    }

    @Override
    public void end() {
        close();
        delete(registrar.places(hook), 1, FIRST_PAUSE);
    }

    private void delete(List<String> places, int tried, Duration next) {
        if (hook.goesAtTheEnd() && !places.isEmpty()) {
            around.threads().execute(() -> deleteNow(places, tried, next));
        }
    }

    private void deleteNow(List<String> places, int tried, Duration next) {
        turn.lock();
        try {
            var left = new ArrayList<String>();
            var why = "";
            for (var place : places) {
                try {
                    registrar.remove(hook, place);
                } catch (IOException | RuntimeException e) {
                    left.add(place);
                    why = hook.masked(String.valueOf(e.getMessage()));
                }
            }
            if (!left.isEmpty() && tried < DELETIONS) {
                var _ =
                        around.timer()
                                .at(
                                        around.clock().instant().plus(next),
                                        () -> delete(left, tried + 1, next.multipliedBy(2)));
            } else if (!left.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "{0}: the hook {1} stays at {2} for {3}, and is to be deleted by hand: {4}",
                        name,
                        hook.url(),
                        hook.sender(),
                        left,
                        why);
            }
        } catch (InterruptedException _) {
            // the server ends, and this task with it
        } finally {
            turn.unlock();
        }
    }

    @Override
    public SourceState state() {
        var listening = door.state();
        return listening instanceof SourceState.Running ? down.orElse(listening) : listening;
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        var doors = door.lastTrouble();
        return trouble.filter(mine -> doors.isEmpty() || !doors.get().at().isAfter(mine.at())).or(() -> doors);
    }

    @Override
    public Optional<Refusals> refusals() {
        return door.refusals();
    }

    private void stop() {
        stopped = true;
        wish.cancel();
    }

    @Override
    public void close() {
        stop();
        door.close();
    }
}
