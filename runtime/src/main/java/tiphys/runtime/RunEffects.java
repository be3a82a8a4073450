package tiphys.runtime;

import java.time.Instant;
import tiphys.engine.run.Run;
import tiphys.engine.run.RunFact;

/// What follows a run's decisions in the world. Implemented by [RunRegistry].
interface RunEffects {
    /// Adds what follows one fact to the work, mostly for after the flush.
    void follow(String uid, RunFact fact, StreamActor.Work work);

    /// Adds the object's status and the run's row.
    void project(Run run, StreamActor.Work work);

    /// Wants [RunMessage.Project] in a second.
    void projectLater(String uid);

    /// Wants a tick at an instant.
    void wakeUp(String uid, Instant at);

    /// The run's end was flushed.
    void ended(String uid);

    /// The run's stream was folded.
    void folded(String uid);
}
