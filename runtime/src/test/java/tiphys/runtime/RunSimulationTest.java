package tiphys.runtime;

import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.testkit.Seeds;

/// A server's runs under everything that may happen to them. After every step what is in memory is what is in the journal;
/// nothing that was acknowledged is lost, no order leaves before its flush, no attempt runs twice; and in the end every run
/// has ended, is shown so, and has left memory.
class RunSimulationTest {
    private static final int CHAOS = 250;

    @Test
    void a_server_keeps_the_promises_about_its_runs_whatever_happens() throws InterruptedException {
        Seeds.tryAll(300, RunSimulationTest::simulate);
    }

    private static void simulate(RandomGenerator random) {
        try (var unused = Executors.newVirtualThreadPerTaskExecutor()) {
            var simulation = new RunSimulation(random, unused);
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
}
