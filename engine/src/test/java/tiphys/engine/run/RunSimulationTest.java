package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.testkit.Seeds;

/// A run under everything that may happen to it, in random order: reports that come late, twice, or only after a question;
/// orders that are lost, commits that fail, a clock that jumps, crashes, reboots; people who stop, suspend, retry and delete.
/// After every command what must always be true is looked at ([FactRules], [RunInvariants]), and a replay of what was
/// recorded must give the same state. In the end the world behaves, and the run must end.
class RunSimulationTest {
    private static final int CHAOS = 25;

    @Test
    void a_run_keeps_its_promises_whatever_happens() throws InterruptedException {
        var seen = new RunMoves.Seen();
        if (Seeds.tryAll(2_000, random -> simulate(random, seen))) {
            assertThat(seen.missing()).as("moves of docs/run-states.md that no seed made").isEmpty();
        }
    }

    private static void simulate(RandomGenerator random, RunMoves.Seen seen) {
        var world = new RunWorld(random, new RandomWorkflow(random).draw(), seen);
        try {
            live(world, random);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e + "\nafter\n" + world.story(), e);
        }
    }

    private static void live(RunWorld world, RandomGenerator random) {
        world.begin();
        for (int i = random.nextInt(CHAOS); i > 0; i--) {
            world.something();
        }
        world.behave();
        if (world.mayRetry()) {
            world.retry();
            for (int i = random.nextInt(CHAOS / 2); i > 0; i--) {
                world.something();
            }
            world.behave();
        }
    }
}
