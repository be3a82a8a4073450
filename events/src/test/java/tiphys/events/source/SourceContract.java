package tiphys.events.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.testkit.Eventually;

/// What every source keeps, whatever it listens to. What happens outside is numbered from 1 on.
public abstract class SourceContract {
    protected static final Duration SOON = Duration.ofSeconds(20);

    protected final SourceWorld world;
    private Source source;

    /// @param threads what the source's tasks run on; the caller's thread where time is the test's
    protected SourceContract(Executor threads) {
        world = new SourceWorld(threads);
    }

    /// Starts the source under test anew.
    protected abstract Source start();

    /// Lets the n-th thing happen outside.
    protected abstract void happen(int n);

    /// Which thing an arrival is about.
    protected abstract int number(Arrival arrival);

    /// Whether what happens while nobody listens comes in later.
    protected abstract boolean remembers();

    /// Whether what was handed out and not acknowledged comes again before what came later.
    protected boolean keepsOrder() {
        return true;
    }

    /// Lets some time pass in which the source may do something.
    protected void pass() {
        world.pass(Duration.ofMinutes(1));
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    /// Starts it, and waits until it runs.
    protected Source begin() {
        source = start();
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        return source;
    }

    private void happen(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(this::happen);
    }

    private List<Integer> numbers() {
        return world.recorded().stream().map(this::number).toList();
    }

    private void awaitNumbers(int from, int to) {
        var wanted = IntStream.rangeClosed(from, to).boxed().toList();
        Eventually.within(
                SOON,
                "everything has come in",
                () -> {
                    if (numbers().size() >= wanted.size()) {
                        return true;
                    }
                    pass();
                    return false;
                });
        assertThat(numbers()).isEqualTo(wanted);
    }

    @Test
    void what_happens_comes_in_once_and_in_order() {
        begin();
        happen(1, 5);
        awaitNumbers(1, 5);
    }

    @Test
    void what_cannot_be_recorded_is_told_and_comes_in_later_in_order() {
        begin();
        happen(1, 1);
        awaitNumbers(1, 1);
        world.fail();
        happen(2, 2);
        awaitTold();
        if (remembers()) {
            happen(3, 4);
        }
        world.mend();
        if (!pulls()) {
            happen(2);
        }
        awaitNumbers(1, remembers() ? 4 : 2);
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        if (pulls()) {
            assertThat(source.lastTrouble().orElseThrow().message()).contains("the disk is full");
        }
    }

    /// Whether the source goes and gets what happens; else whoever sends it is told that it could not be recorded, and sends it again.
    protected boolean pulls() {
        return true;
    }

    private void awaitTold() {
        if (pulls()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains("the disk is full");
        } else {
            assertThat(told()).contains("failed to record event");
        }
    }

    /// What the sender was told last.
    protected String told() {
        return "";
    }

    @Test
    void a_kill_loses_and_doubles_nothing_of_what_is_remembered() {
        begin();
        happen(1, 2);
        awaitNumbers(1, 2);
        world.kill();
        if (remembers()) {
            happen(3, 4);
        }
        source.close();
        begin();
        happen(remembers() ? 5 : 3, 5);
        Eventually.within(
                SOON,
                "the last has come in",
                () -> {
                    pass();
                    return keepsOrder() ? numbers().contains(5) : numbers().size() >= 5;
                });
        var wanted = IntStream.rangeClosed(1, 5).boxed().toList();
        assertThat(keepsOrder() ? numbers() : numbers().stream().sorted().toList()).isEqualTo(wanted);
    }

    @Test
    void what_was_handed_in_and_not_recorded_when_it_died_comes_again() {
        if (!remembers()) {
            return;
        }
        begin();
        happen(1, 1);
        awaitNumbers(1, 1);
        world.fail();
        happen(2, 2);
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        world.kill();
        source.close();
        world.mend();
        begin();
        awaitNumbers(1, 2);
    }

    @Test
    void nothing_is_handed_in_after_it_was_closed() {
        begin();
        happen(1, 1);
        awaitNumbers(1, 1);
        source.close();
        happen(2, 3);
        pass();
        assertThat(numbers()).containsExactly(1);
    }

    @Test
    void it_runs_since_it_was_started() {
        begin();
        assertThat(source.state()).isEqualTo(new SourceState.Running(SourceWorld.NOON));
        assertThat(source.lastTrouble()).isEmpty();
    }
}
