package tiphys.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Screen;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.lease.Leadership.Lease;
import tiphys.server.http.Metrics;

/// `tiphys controller`: runs the Workflows of a cluster, each step a pod, until it is ended.
final class Controller implements Verb {
    @Override
    public void form(Form form) {
        form.option("--kubeconfig", "FILE", "The cluster, and who this is there. Else the pod that this runs in.");
        form.option("--data", "DIR", "Where the journal is kept. Else TIPHYS_DATA, else $XDG_DATA_HOME/tiphys.");
        form.options("-n,--namespace", "NS", "Only the Workflows of this namespace. Else those of all.");
        form.option("--instanceid", "ID", "Only Workflows with this controller-instanceid. Else those without one.");
        form.option(
                "--executor-image",
                "IMAGE",
                "Argo's argoexec, for steps with artifacts, output files or sidecars. Else these are refused.");
        form.option(
                "--port", "PORT", "Where /healthz, /readyz and /metrics are served, on all addresses. Else nowhere.");
        form.flag("--no-lease", "Act without the lease: nothing else may run these Workflows then.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var data = ServerPlace.dataDirectory(session.around(), given.text("--data"));
        var screen = session.screen();
        LogFile.open(data);
        var metrics = new Metrics();
        var probes = probes(given, metrics);
        var host = StartupErrors.open(() -> ClusterHost.open(settings(given, data, screen, metrics, probes)));
        probes.ifPresent(door -> door.now(ProbeDoor.State.LEADS));
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    probes.ifPresent(ProbeDoor::close);
                                    host.close();
                                    LogFile.close();
                                    screen.line(
                                            "Ended; pods go on, and the next `tiphys controller` takes their ends.");
                                    ended.countDown();
                                    Runtime.getRuntime().halt(ExitCode.OK.number());
                                },
                                "end"));
        screen.line("Ready. Ctrl-C ends it.");
        ended.await();
        return ExitCode.OK;
    }

    private static Optional<ProbeDoor> probes(ProvidedArguments given, Metrics metrics) {
        return given.number("--port").map(port -> StartupErrors.open(() -> ProbeDoor.open(port, metrics)));
    }

    private static ClusterHost.Settings settings(
            ProvidedArguments given, Path data, Screen screen, Metrics metrics, Optional<ProbeDoor> probes)
            throws IOException {
        var cluster = cluster(given.text("--kubeconfig"));
        var namespace = given.texts("--namespace").stream().findFirst();
        screen.line(
                "Tiphys "
                        + Version.TEXT
                        + " runs the Workflows of "
                        + namespace.map(one -> "namespace " + one + " of ").orElse("")
                        + cluster.server()
                        + ", its journal is in "
                        + data);
        var instanceId = given.text("--instanceid").orElse("");
        return new ClusterHost.Settings(
                data,
                cluster,
                namespace,
                instanceId,
                given.text("--executor-image"),
                given.flag("--no-lease")
                        ? Optional.empty()
                        : Optional.of(leading(cluster, instanceId, ControllerId.of(data), screen, probes)),
                probes.map(_ -> metrics),
                StartupErrors::flushFailed);
    }

    /// The lease of Argo's controller, so that it and this one never act together.
    private static ClusterHost.Leading leading(
            Kubeconfig cluster, String instanceId, String identity, Screen screen, Optional<ProbeDoor> probes) {
        var name = "workflow-controller" + (instanceId.isEmpty() ? "" : "-" + instanceId);
        return new ClusterHost.Leading(
                Lease.of(cluster.namespace(), name, identity),
                holder -> {
                    probes.ifPresent(door -> door.now(ProbeDoor.State.WAITS));
                    screen.line(holder + " acts; this one waits for the lease " + cluster.namespace() + "/" + name);
                },
                () -> {
                    System.err.println(
                            "tiphys: the lease "
                                    + name
                                    + " is lost, so this controller ends at once; pods go on, and whoever holds it takes"
                                    + " their ends");
                    Runtime.getRuntime().halt(ExitCode.FAILED.number());
                });
    }

    private static Kubeconfig cluster(Optional<String> file) throws IOException {
        return file.isPresent() ? Kubeconfig.read(Path.of(file.get())) : Kubeconfig.ofPod(System.getenv());
    }
}
