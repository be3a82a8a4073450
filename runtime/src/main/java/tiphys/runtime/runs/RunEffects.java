package tiphys.runtime.runs;

import java.time.Instant;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.runtime.stream.StreamActor;

/// What a run's decisions need of the world, and what follows them in it. Implemented by [LiveRuns]; called by the run's
/// actor.
interface RunEffects {
    /// What a run asks for; empty if it cannot be read now.
    Optional<RunCommand.Supplied> answer(Run run, Need need);

    /// Asks for the locks that a node, or with -1 the run, has just asked for; the answer is a command.
    RunCommand lock(Run run, int node);

    /// Looks up what is kept of a node's result; the answer is a command.
    RunCommand cached(Run run, int node, String cache, String key);

    /// Whether a grant of locks that is told still stands.
    boolean stands(LockTicket granted);

    /// The run was read from its stream.
    void read(Run run);

    /// Wants [RunMessage.Answer] after a while.
    void answerLater(String uid);

    /// Adds what follows one fact to the work, mostly for after the flush.
    void follow(Run run, RunFact fact, StreamActor.Work work);

    /// The end of an attempt is recorded, now or before.
    void endRecorded(AttemptId attempt);

    /// Adds the change of the object's spec that a control led to.
    void respec(Run run, StreamActor.Work work);

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
