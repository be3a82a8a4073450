package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import tiphys.engine.StepReport;
import tiphys.process.Wire.FromRunner;
import tiphys.process.Wire.ToRunner;

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
                                public void report(StepReport report) {
                                    listener.heard(new FromRunner.Report(report));
                                }

                                @Override
                                public void blocked(Optional<String> reason) {
                                    listener.heard(new FromRunner.Blocked(reason));
                                }
                            });
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

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
