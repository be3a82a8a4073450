package tiphys.container;

import java.util.function.Predicate;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.engine.AttemptId;

/// Removes containers that nobody needs any more. What fails is tried again by the next sweep.
final class Removal {
    private Removal() {}

    /// Removes all containers of an attempt, on another thread.
    static void of(House house, AttemptId attempt) {
        Thread.ofVirtual()
                .name("remove " + attempt.text())
                .start(() -> {
                    try {
                        where(house.engine(), Names.ATTEMPT + "=" + attempt.text(), house.server(), _ -> true);
                    } catch (EngineFailed e) {
                        System.err.println("containers of " + attempt.text() + " are not removed yet: " + e.said());
                    }
                });
    }

    /// Removes the containers of a server whose attempts are not needed.
    ///
    /// @param label that they bear
    /// @param unneeded says so of an attempt
    static void where(Engine engine, String label, String server, Predicate<AttemptId> unneeded) throws EngineFailed {
        var all = engine.list(label);
        for (int pauses = 0; pauses < 2; pauses++) { // a container that others share the network of goes last
            for (var one : all) {
                boolean pause = one.labels().getOrDefault(Names.CONTAINER, "").equals(Names.PAUSE);
                if (pause == (pauses == 1)
                        && server.equals(one.labels().get(Names.SERVER))
                        && unneeded.test(new AttemptId(one.labels().getOrDefault(Names.ATTEMPT, "")))) {
                    engine.remove(one.id(), true);
                }
            }
        }
    }
}
