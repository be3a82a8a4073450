package tiphys.container.choice;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tiphys.attempts.AttemptFolder;
import tiphys.container.ContainerExecutor;
import tiphys.container.files.TakenPlaces;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Gives each step to what runs it: to what its template says, else to what the server was started with. `auto` lets everything that
/// a process can run be a process, whether there is an engine or not, and what would be refused there run in a container.
///
/// Which of both has an attempt stands in the attempt's folder before it begins, so that it is the same after a restart.
public final class ChoosingExecutor implements Executor {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Executor processes;
    private final EngineDoor door;
    private final Choice usual;
    private final Path data;
    private final TakenPlaces places;
    private final Map<AttemptId, Executor> known = new ConcurrentHashMap<>();
    private volatile Consumer<List<StepReport>> listener = _ -> {};
    private volatile boolean closed;

    /// @param processes closed with this one, as is the door
    public ChoosingExecutor(Executor processes, EngineDoor door, Choice usual, Path data) {
        this.processes = processes;
        this.door = door;
        this.usual = usual;
        this.data = data.toAbsolutePath().normalize();
        this.places = new TakenPlaces(this.data);
    }

    private Optional<ContainerExecutor> containers() {
        var found = door.executor();
        found.ifPresent(executor -> executor.onReports(listener));
        return found;
    }

    private Choice wanted(StepOrder order) {
        return order.template().annotation(Choice.ANNOTATION).flatMap(Choice::of).orElse(usual);
    }

    /// Who has an attempt already.
    private Optional<Executor> holder(AttemptId attempt) {
        if (places.has(attempt)) {
            return containers().map(Executor.class::cast);
        }
        return AttemptFolder.of(data, attempt).claimed() ? Optional.of(processes) : Optional.empty();
    }

    /// Who is to run a step. Where containers are wanted and no engine is there, nobody.
    private Optional<Executor> chosen(StepOrder order) {
        return switch (wanted(order)) {
            case PROCESS -> Optional.of(processes);
            case CONTAINER -> containers().map(Executor.class::cast);
            case AUTO ->
                    processes.refusals(order).isEmpty()
                            ? Optional.of(processes)
                            : Optional.of(containers().<Executor>map(one -> one).orElse(processes));
        };
    }

    @Override
    public List<String> refusals(StepOrder order) {
        var said = order.template().annotation(Choice.ANNOTATION);
        if (said.isPresent() && Choice.of(said.get()).isEmpty()) {
            return List.of(
                    "TIP-6070: the annotation %s is %s; it must be auto, process or container"
                            .formatted(Choice.ANNOTATION, Json.write(Value.text(said.get()))));
        }
        var chosen = chosen(order);
        if (chosen.isEmpty()) {
            return List.of(
                    "TIP-6073: the step is to run in a container, and no container engine answers: "
                            + String.join("; ", door.problems()));
        }
        return chosen.get().refusals(order);
    }

    @Override
    public void onReports(Consumer<List<StepReport>> told) {
        listener = told;
        processes.onReports(told);
        door.known().ifPresent(executor -> executor.onReports(told));
    }

    @Override
    public String host() {
        return processes.host();
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        var holder = holder(order.attempt());
        if (holder.isEmpty() && places.has(order.attempt())) {
            later(List.of(order)); // its engine is not there
            return;
        }
        var executor = holder.or(() -> chosen(order)).orElse(processes); // which says why it cannot
        known.put(order.attempt(), executor);
        executor.start(order, materials);
    }

    @Override
    public void claimed(AttemptId attempt) {
        of(attempt).claimed(attempt);
    }

    private Executor of(AttemptId attempt) {
        var executor = known.get(attempt);
        return executor != null ? executor : holder(attempt).orElse(processes);
    }

    @Override
    public void cancel(AttemptId attempt) {
        of(attempt).cancel(attempt);
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        var here = new ArrayList<StepOrder>();
        var there = new ArrayList<StepOrder>();
        underWay.forEach(order -> (places.has(order.attempt()) ? there : here).add(order));
        processes.reconcile(here);
        here.forEach(order -> known.putIfAbsent(order.attempt(), processes));
        var containers = there.isEmpty() ? door.known() : containers();
        if (containers.isPresent()) {
            containers.get().onReports(listener);
            there.forEach(order -> known.put(order.attempt(), containers.get()));
            containers.get().reconcile(there);
        } else if (!there.isEmpty()) {
            later(there);
        }
    }

    /// Waits for the engine that has attempts: nobody else knows how they are.
    private void later(List<StepOrder> orders) {
        Thread.ofVirtual()
                .name("waits for an engine")
                .start(() -> {
                    try {
                        while (!closed) {
                            var containers = containers();
                            if (containers.isPresent()) {
                                orders.forEach(order -> known.put(order.attempt(), containers.get()));
                                containers.get().reconcile(orders);
                                return;
                            }
                            Thread.sleep(PAUSE);
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    @Override
    public void forget(AttemptId attempt) {
        var executor = of(attempt);
        known.remove(attempt);
        executor.forget(attempt);
    }

    @Override
    public void release(String namespace, String claim) {
        processes.release(namespace, claim);
    }

    /// Where the files of steps are, whichever ran them.
    ///
    /// @param ofProcesses where those of processes are
    public StepFiles files(StepFiles ofProcesses) {
        return new StepFiles() {
            @Override
            public Path staging(AttemptId attempt) throws java.io.IOException {
                return ofProcesses.staging(attempt);
            }

            @Override
            public Path output(StepOrder order, String path) throws java.io.IOException {
                return (places.has(order.attempt()) ? places : ofProcesses).output(order, path);
            }
        };
    }

    /// How many steps run in containers now, and how many wait.
    public Map<String, Integer> inContainers() {
        var counts = new HashMap<String, Integer>();
        counts.put("running", door.known().map(ContainerExecutor::running).orElse(0));
        counts.put("waiting", door.known().map(ContainerExecutor::waiting).orElse(0));
        return counts;
    }

    /// Removes containers of runs that nobody knows any more. Blocks.
    ///
    /// @param gone says so of a run's uid
    public void purgeWhere(Predicate<String> gone) {
        door.known().ifPresent(executor -> executor.purgeWhere(gone));
    }

    /// The engine that was found, for people; empty if none was.
    public Optional<String> engine() {
        return door.known().map(ContainerExecutor::engine);
    }

    @Override
    public void close() {
        closed = true;
        door.close();
        processes.close();
    }
}
