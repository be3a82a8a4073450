package tiphys.served.leaf;

import java.util.List;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;

/// A kind of step that the server does itself. Safe for every thread.
public interface Leaf {
    /// What of an order cannot be honoured, each as a sentence that names it; empty if it can be done. Quick.
    List<String> refusals(StepOrder order);

    /// Does what an order says, and says what it came to. Blocks. May be done again from the beginning after the server was
    /// killed in its midst; what must not be done twice is recognised by the attempt.
    ///
    /// @throws InterruptedException if it was ended from outside; what it says then is not heard
    Ending.Served run(StepOrder order, Doing doing) throws InterruptedException;

    /// What a leaf may ask for while it is done.
    interface Doing {
        /// Adds a line to what the step printed. A fault of the disk loses the line, not the step.
        void say(String line);

        /// Waits for something that may take long, while another step may be done in its place.
        ///
        /// @throws InterruptedException if the step is ended meanwhile
        void aside(Waiting waiting) throws InterruptedException;
    }

    /// Something that takes its time.
    @FunctionalInterface
    interface Waiting {
        void await() throws InterruptedException;
    }
}
