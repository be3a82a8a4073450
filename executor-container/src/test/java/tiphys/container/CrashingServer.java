package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import tiphys.container.api.Engine;
import tiphys.engine.Orders;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;
import tiphys.engine.StepReport;

/// What a server does with an executor, in a process that a test kills: it records what it hears, says after a start what was under
/// way, and gives all orders again that have not ended.
public final class CrashingServer {
    private CrashingServer() {}

    /// @param arguments the data directory, the engine's socket, the directory of the marks, how many steps
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var data = Path.of(arguments[0]);
        var marks = Path.of(arguments[2]);
        var journal = data.resolveSibling("journal");
        var ended = ended(journal);
        var executor =
                ContainerExecutor.open(
                        Engine.at(Path.of(arguments[1])),
                        data,
                        new ContainerSettings(4, 1 << 20, 1, ContainerSettings.Leaving.GO_ON));
        var open = new ArrayList<StepOrder>();
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            var order = order("a" + i, executor.host(), marks);
            if (!ended.contains(order.attempt().text())) {
                open.add(order);
            }
        }
        var left = new CountDownLatch(open.size());
        executor.onReports(reports ->
                reports.forEach(report -> {
                    if (report instanceof StepReport.Ended end) {
                        record(journal, end, ended, left);
                        executor.forget(end.attempt());
                    }
                }));
        executor.reconcile(open);
        open.forEach(order -> executor.start(order, Orders.NO_MATERIALS));
        left.await();
        executor.close();
    }

    private static StepOrder order(String attempt, String host, Path marks) {
        return Orders.shell(
                        attempt, host, "echo $TIPHYS_ATTEMPT >> /marks/all; sleep 0.3; echo made > /tmp/out; exit 3")
                .mounts(new Mount("marks", "/marks", Part.WHOLE, false, new Volume.HostPath(marks.toString(), "")))
                .output("out", "/tmp/out")
                .order();
    }

    private static synchronized void record(
            Path journal, StepReport.Ended end, Set<String> ended, CountDownLatch left) {
        if (!ended.add(end.attempt().text())) {
            return;
        }
        try {
            var line = end.attempt() + " " + end.ending() + "\n";
            Files.write(journal, line.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        left.countDown();
    }

    private static Set<String> ended(Path journal) throws IOException {
        var ended = new HashSet<String>();
        for (var line : Files.exists(journal) ? Files.readAllLines(journal) : List.<String>of()) {
            ended.add(line.split(" ", 2)[0]);
        }
        return ended;
    }
}
