package tiphys.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What an executor says about an attempt. A report may come more than once and late; the engine takes the first of each
/// kind.
public sealed interface StepReport {
    /// Which attempt.
    AttemptId attempt();

    /// The process runs.
    ///
    /// @param program what the image was mapped to, for people: `python3 3.11.7 for python:3.9`
    record Started(AttemptId attempt, Instant at, String program) implements StepReport {}

    /// A process of an attempt that has several runs. Nothing depends on it: what it says is said again by the attempt's end.
    ///
    /// @param container the name of its container
    record ContainerStarted(AttemptId attempt, Instant at, String container) implements StepReport {}

    /// A process of an attempt that has several is over; the others may go on. As the other one, nothing depends on it.
    record ContainerEnded(AttemptId attempt, Instant at, ContainerEnd end) implements StepReport {}

    /// A daemon answers: those who waited for it may begin. Said of an attempt whose template is a daemon, once or more.
    ///
    /// @param address where it can be reached from other steps
    record Ready(AttemptId attempt, Instant at, String address) implements StepReport {}

    /// How far a process says that it is, in its progress file.
    ///
    /// @param progress such as `3/10`
    record Progressed(AttemptId attempt, Instant at, String progress) implements StepReport {}

    /// What the processes of an attempt used that are over; comes before its end, with it.
    ///
    /// @param cpuMicros how long they kept a processor busy
    /// @param peakBytes how much memory the largest of them had at most
    record Used(AttemptId attempt, Instant at, long cpuMicros, long peakBytes) implements StepReport {}

    /// The attempt is over.
    record Ended(AttemptId attempt, Instant at, Ending ending) implements StepReport {}

    /// How one of several processes ended.
    ///
    /// @param name its container
    /// @param code its exit code, 128 and the signal if one ended it, 64 if it could not be started
    /// @param message why it was not started; else empty
    record ContainerEnd(String name, int code, String message) {}

    /// How an attempt was over.
    sealed interface Ending {
        /// The process ended by itself.
        ///
        /// @param result its stdout without one trailing newline, if that was wanted
        /// @param parameters the output files that were there, by parameter, without one trailing newline
        record Exited(int code, Optional<String> result, Map<String, String> parameters) implements Ending {}

        /// The processes of an attempt that has several have ended, each by itself or because those that count had.
        ///
        /// @param containers how each one ended that was to run; in the order of the template
        /// @param result stdout of the container `main`, as of [Exited]
        /// @param parameters what the container `main` left, as of [Exited]
        record GroupExited(List<ContainerEnd> containers, Optional<String> result, Map<String, String> parameters)
                implements Ending {
            public GroupExited {
                containers = List.copyOf(containers);
            }

            /// The exit code of the container `main`; empty if there is none or it never ran.
            public OptionalInt mainCode() {
                return containers.stream()
                        .filter(one -> one.name().equals("main"))
                        .mapToInt(ContainerEnd::code)
                        .findAny();
            }
        }

        /// The process ended by itself, but left something that must not be read in the place of an output, such as a link
        /// that leaves its directory.
        record OutputsRefused(int code, String message) implements Ending {}

        /// A signal from elsewhere ended it.
        record Signalled(int signal) implements Ending {}

        /// It took more memory than its limit, and the system ended it.
        ///
        /// @param code its exit code
        record OutOfMemory(int code) implements Ending {}

        /// The executor ended it at its deadline.
        ///
        /// @param exit the exit code of the process, 128 and the signal if one ended it; empty if it never ran
        record DeadlineExceeded(OptionalInt exit) implements Ending {
            public DeadlineExceeded() {
                this(OptionalInt.empty());
            }
        }

        /// It was cancelled, before or while it ran.
        ///
        /// @param exit as of [DeadlineExceeded]
        record Cancelled(OptionalInt exit) implements Ending {
            public Cancelled() {
                this(OptionalInt.empty());
            }
        }

        /// The server did itself what the leaf wanted, for no process is needed for it: a request, a change of an object. Also what a
        /// cluster says of a pod whose end is more than an exit code: evicted, out of memory, deleted.
        ///
        /// @param outcome what it came to
        /// @param message why it did not go well; empty if it did
        /// @param exit the code with which Argo's own program would have ended in a pod; empty for what needs none there
        /// @param parameters the output parameters that it gave
        record Served(
                Outcome outcome,
                String message,
                OptionalInt exit,
                Optional<String> result,
                Map<String, String> parameters)
                implements Ending {}

        /// What a leaf that the server ran itself came to.
        enum Outcome {
            SUCCEEDED,
            FAILED,
            ERROR
        }

        /// It was claimed, but nobody knows how it ended: the runner was killed or the host rebooted.
        record Lost(String reason) implements Ending {}

        /// It never ran, and will not: no such program, the image has no rule, a value is missing.
        record NotStarted(String message) implements Ending {}
    }
}
