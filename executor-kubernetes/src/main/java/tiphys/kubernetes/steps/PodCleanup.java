package tiphys.kubernetes.steps;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tiphys.kubernetes.beside.RunSpec;
import tiphys.manifest.Value;

/// What becomes of pods whose end is recorded: each is let go of, and stays or is deleted as the `podGC` of its Workflow says.
///
/// Nothing about that is kept anywhere but in the pods: one that is still to be deleted bears Argo's label of one that is not completed,
/// so that the next start finds it ([#left]). Safe for every thread; what is asked of the cluster is asked on threads of its own.
final class PodCleanup implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PodCleanup.class.getName());
    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Error");
    private static final int AT_ONCE = 16;
    private static final int REMEMBERED = 10_000;
    private static final int TRIES = 5;
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /// A pod that the last start left is not deleted sooner: what has to be read of it was taken up by then.
    private static final Duration TAKEN_UP = Duration.ofSeconds(5);

    private final PodCalls calls;
    private final Predicate<String> inUse;
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(AT_ONCE, Thread.ofVirtual().name("pod-cleanup-", 0).factory());

    /// Pods by their uid that wait for the end of their Workflow, by its uid.
    private final Map<String, Map<String, Waiting>> waiting = new HashMap<>();

    /// The phases of Workflows that ended lately, by uid.
    private final Map<String, String> over =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Waiting(SeenPod pod, PodGc gc) {}

    /// @param inUse whether something is still read of the pod of that name
    PodCleanup(PodCalls calls, Predicate<String> inUse) {
        this.calls = calls;
        this.inUse = inUse;
    }

    /// The end of a pod is recorded.
    void recorded(SeenPod pod, PodGc gc) {
        PodGc.Fate fate;
        synchronized (this) {
            fate = gc.fate(pod.phase(), Optional.ofNullable(over.get(pod.workflow())));
            if (fate == PodGc.Fate.WAITS) {
                waiting.computeIfAbsent(pod.workflow(), _ -> new HashMap<>()).put(pod.uid(), new Waiting(pod, gc));
            }
        }
        execute(() -> {
            letGo(pod, fate);
            if (fate == PodGc.Fate.GOES) {
                delete(pod, gc.delay(), 1);
            }
        });
    }

    /// The end of a Workflow is recorded; maybe it is told more than once.
    void over(String workflow, String phase) {
        List<Waiting> all;
        synchronized (this) {
            over.put(workflow, phase);
            var own = waiting.remove(workflow);
            all = own == null ? List.of() : List.copyOf(own.values());
        }
        all.forEach(one -> ended(one, phase));
    }

    private void ended(Waiting one, String phase) {
        if (one.gc().fate(one.pod().phase(), Optional.of(phase)) == PodGc.Fate.GOES) {
            delete(one.pod(), one.gc().delay(), 1);
        } else {
            execute(() -> letGo(one.pod(), PodGc.Fate.STAYS));
        }
    }

    /// A pod is gone.
    synchronized void gone(SeenPod pod) {
        waiting.computeIfPresent(
                pod.workflow(),
                (_, all) -> {
                    all.remove(pod.uid());
                    return all.isEmpty() ? null : all;
                });
    }

    /// A pod that is over, and whose end was recorded before the last start.
    void left(Value.Mapping json) {
        var pod = SeenPod.of(json);
        execute(() -> {
            if (json.textAt("metadata", "annotations", "workflows.argoproj.io/pod-gc-strategy").isEmpty()) {
                letGo(pod, PodGc.Fate.STAYS);
                return;
            }
            try {
                var workflow = calls.workflow(pod.namespace(), pod.labels().getOrDefault(PodCalls.WORKFLOW, ""));
                if (!workflow.body().textAt("metadata", "uid").equals(Optional.of(pod.workflow()))) {
                    letGo(pod, PodGc.Fate.STAYS); // its Workflow is gone, and it follows
                    return;
                }
                workflow.body()
                        .textAt("status", "phase")
                        .filter(OVER::contains)
                        .ifPresent(phase -> over(pod.workflow(), phase));
                var gc = PodGc.of(RunSpec.of(workflow.body()).mapAt("podGC"), pod.labels());
                recorded(pod, gc.delay().compareTo(TAKEN_UP) < 0 ? new PodGc(gc.strategy(), TAKEN_UP) : gc);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "pod {0} is left until the next start: {1}", pod, e.getMessage());
            }
        });
    }

    private void letGo(SeenPod pod, PodGc.Fate fate) {
        try {
            if (fate == PodGc.Fate.STAYS) {
                calls.release(pod.namespace(), pod.name(), pod.uid());
            } else {
                calls.letGo(pod.namespace(), pod.name(), pod.uid());
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod {0} could not be let go: {1}", pod, e.getMessage());
        }
    }

    private void delete(SeenPod pod, Duration after, int tries) {
        schedule(
                () -> {
                    if (inUse.test(pod.name())) {
                        delete(pod, LOOK_AGAIN, tries);
                        return;
                    }
                    try {
                        calls.collect(pod.namespace(), pod.name(), pod.uid());
                    } catch (IOException e) {
                        LOG.log(Level.WARNING, "pod {0} could not be deleted: {1}", pod, e.getMessage());
                        if (tries < TRIES) {
                            delete(pod, AGAIN, tries + 1);
                        }
                    }
                },
                after);
    }

    private void execute(Runnable work) {
        schedule(work, Duration.ZERO);
    }

    private void schedule(Runnable work, Duration after) {
        try {
            var _ =
                    threads.schedule(
                            () -> {
                                try {
                                    work.run();
                                } catch (RuntimeException e) {
                                    LOG.log(Level.ERROR, "a pod could not be cleaned up", e);
                                }
                            },
                            after.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // closed: the next start finds what is left
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
