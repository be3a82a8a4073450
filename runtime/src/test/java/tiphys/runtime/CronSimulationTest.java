package tiphys.runtime;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.testkit.Seeds;

/// CronWorkflows under crashes, refused commits and flushes that fail: no time that is due is lost, none is decided about
/// twice, and what is shown is what was recorded.
class CronSimulationTest {
    private static final int CHAOS = 400;

    @Test
    void every_time_that_is_due_is_decided_about_once_whatever_happens() throws InterruptedException {
        Seeds.tryAll(300, CronSimulationTest::simulate);
    }

    private static void simulate(RandomGenerator random) {
        var simulation = new CronSimulation(random);
        try {
            for (int i = random.nextInt(CHAOS); i > 0; i--) {
                simulation.something();
            }
            simulation.behave();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e + "\nafter\n" + simulation.story(), e);
        }
    }
}
