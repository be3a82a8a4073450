package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepReport;
import tiphys.process.runner.Runner;
import tiphys.process.runner.RunnerLock;
import tiphys.process.runner.RunnerSettings;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.RunnerLink;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

/// A runner inside this process. Its steps end with it.
final class InnerLink implements RunnerLink {
    private final RunnerLock lock;
    private final Runner runner;

    InnerLink(Path data, RunnerSettings settings, InstantSource clock, Listener listener) throws IOException {
        lock = RunnerLock.take(data);
        try {
            runner =
                    new Runner(
                            data,
                            settings,
                            clock,
                            Spawner.ofThisSystem(),
                            new Runner.Listener() {
                                @Override
                                public void report(List<StepReport> together) {
                                    tell(listener, new FromRunner.Reports(together));
                                }

                                @Override
                                public void blocked(Optional<String> reason) {
                                    tell(listener, new FromRunner.Blocked(reason));
                                }
                            });
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// A listener that fails must not end the step's slot; the runner repeats its reports until they are forgotten.
    private static void tell(Listener listener, FromRunner message) {
        try {
            listener.heard(message);
        } catch (RuntimeException e) {
            System.err.println("a report was not taken: " + e);
        }
    }

    /// There is nothing to start.
    @Override
    public void warmUp() {}

    @Override
    public void send(ToRunner message) {
        runner.obey(message);
    }

    @Override
    public void close() {
        runner.close();
        lock.close();
    }
}
