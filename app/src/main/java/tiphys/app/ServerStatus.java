package tiphys.app;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.engine.RunRow;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.runtime.runs.RunDecider;
import tiphys.server.http.Metrics;

/// How the server stands: what `/tiphys/v1/status` and `/metrics` show of the parts of the server.
final class ServerStatus {
    private final Core core;
    private final EventRetention events;
    private final Path data;
    private final Instant startedAt;

    ServerStatus(Core core, EventRetention events, Path data, Instant startedAt) {
        this.events = events;
        this.core = core;
        this.data = data.toAbsolutePath();
        this.startedAt = startedAt;
    }

    /// The answer of `GET /status`; see docs/api.md.
    ///
    /// @param sizes whether the sizes on disk are wanted, too; they are measured anew, which reads the whole store
    Value.Mapping json(boolean sizes) {
        return sizes ? summary().with("disk", disk()) : summary();
    }

    private Value disk() {
        var store = core.store().sizes();
        var tables = new TreeMap<String, Object>();
        store.tables()
                .forEach((name, table) -> tables.put(name, Value.object("rows", table.rows(), "bytes", table.bytes())));
        return Value.object(
                "databaseBytes",
                store.databaseBytes() + store.logBytes(),
                "logBytes",
                core.executor().keptBytes(),
                "freeBytes",
                store.freeBytes(),
                "tables",
                tables);
    }

    private Value.Mapping summary() {
        var counts = core.store().counts();
        var steps = core.executor().status();
        return Value.object(
                "version",
                Version.TEXT,
                "commit",
                Version.BUILD.commit(),
                "date",
                Version.BUILD.date(),
                "startedAt",
                startedAt.truncatedTo(ChronoUnit.MILLIS).toString(),
                "dataDirectory",
                data.toString(),
                "uptimeSeconds",
                Duration.between(startedAt, core.clock().instant()).toSeconds(),
                "head",
                core.store().head(),
                "objectVersion",
                core.store().version(),
                "runs",
                Map.of("live", core.runs().liveRuns(), "total", counts.runs()),
                "events",
                Map.of("total", counts.events()),
                "retention",
                events.json(core.clock().instant()),
                "executor",
                Value.object(
                        "kind",
                        core.executorKind(),
                        "engine",
                        core.steps().engine().orElse(""),
                        "running",
                        core.running(),
                        "waiting",
                        core.waiting(),
                        "runnerPid",
                        steps.runnerPid().orElse(0L),
                        "blocked",
                        steps.blockedReason().orElse("")),
                "flushes",
                core.store().flushes(),
                "quarantined",
                quarantined(),
                "settings",
                Value.object("problems", problems()),
                "namespaces",
                namespaces());
    }

    /// What is wrong with what holds for all Workflows.
    private List<String> problems() {
        var problems = new ArrayList<>(core.runs().controllers().flaws());
        problems.addAll(new OwnRules(core.runs().images(), core.executor()).problems());
        return problems;
    }

    /// What is set aside, with the object that it belongs to, where that is known without reading it.
    private List<Object> quarantined() {
        var all = new ArrayList<Object>();
        core.quarantine()
                .all()
                .forEach((stream, why) -> {
                    var run =
                            stream.kind().equals(RunDecider.KIND)
                                    ? core.store().runs().find(stream.key())
                                    : Optional.<RunRow>empty();
                    all.add(
                            Value.object(
                                    "stream",
                                    stream.toString(),
                                    "namespace",
                                    run.map(RunRow::namespace).orElse(""),
                                    "run",
                                    run.map(RunRow::name).orElse(""),
                                    "reason",
                                    why));
                });
        return all;
    }

    private List<Object> namespaces() {
        var names = new ArrayList<Object>();
        core.objects()
                .list(ResourceTypes.NAMESPACE, Optional.empty(), Selector.ALL, 0, "")
                .objects()
                .forEach(namespace -> names.add(namespace.name()));
        return names;
    }

    /// Adds the numbers of the parts to the metrics.
    void show(Metrics metrics) {
        metrics.counted("tiphys_flushes_total", "Flushes of the store.", () -> core.store().flushes());
        metrics.gauge("tiphys_journal_head", "Sequence of the last entry.", () -> core.store().head());
        for (var phase : List.of("Pending", "Running")) {
            metrics.gauge(
                    "argo_workflows_gauge",
                    "Workflows that have not ended, by phase.",
                    () -> core.runs().inPhase(phase),
                    "phase",
                    phase);
        }
        metrics.gauge(
                "argo_workflows_pods_gauge",
                "Steps that have not ended, by the phase of their pod.",
                () -> core.executor().status().running(),
                "phase",
                "Running");
        metrics.gauge(
                "argo_workflows_pods_gauge",
                "Steps that have not ended, by the phase of their pod.",
                () -> core.executor().status().waiting(),
                "phase",
                "Pending");
        metrics.gauge("tiphys_runs_live", "Runs that have not ended.", () -> core.runs().liveRuns());
        metrics.gauge("tiphys_steps_running", "Steps whose process or container runs.", core::running);
        metrics.gauge("tiphys_steps_waiting", "Steps that wait for a slot.", core::waiting);
        metrics.gauge(
                "tiphys_streams_quarantined", "Streams that are set aside.", () -> core.quarantine().all().size());
    }
}
