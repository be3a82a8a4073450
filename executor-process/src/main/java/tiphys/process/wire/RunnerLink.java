package tiphys.process.wire;

import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

/// The way to a runner, wherever it lives. Safe for every thread.
public interface RunnerLink extends AutoCloseable {

    /// Says something, as far as somebody listens; what was said while nobody did is said again by the listener when a
    /// [FromRunner.Hello] comes.
    void send(ToRunner message);

    /// Sees to it that a runner is there before the first order comes.
    void warmUp();

    @Override
    void close();

    /// Who hears the runner; quick and safe for every thread.
    interface Listener {
        void heard(FromRunner message);
    }
}
