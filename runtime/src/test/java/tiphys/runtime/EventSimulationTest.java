package tiphys.runtime;

import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.testkit.Seeds;

/// A server's events under everything that may happen to them. After every step each trigger has decided about every event
/// that its cursor passed, once and in order, and shows what is recorded; no acknowledged event is lost and none is taken
/// twice; and in the end every firing has made one object, or says why not, and every event has its deliveries.
class EventSimulationTest {
    private static final int CHAOS = 200;

    @Test
    void a_server_keeps_the_promises_about_its_events_whatever_happens() throws InterruptedException {
        Seeds.tryAll(300, EventSimulationTest::simulate);
    }

    private static void simulate(RandomGenerator random) {
        try (var unused = Executors.newVirtualThreadPerTaskExecutor()) {
            var simulation = new EventSimulation(random, unused);
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
