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
import tiphys.kubernetes.client.Kubeconfig;

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
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var data = ServerPlace.dataDirectory(session.around(), given.text("--data"));
        var screen = session.screen();
        LogFile.open(data);
        var namespace = given.texts("--namespace").stream().findFirst();
        var host =
                StartupErrors.open(() -> {
                    var cluster = cluster(given.text("--kubeconfig"));
                    screen.line(
                            "Tiphys "
                                    + Version.TEXT
                                    + " runs the Workflows of "
                                    + namespace.map(one -> "namespace " + one + " of ").orElse("")
                                    + cluster.server()
                                    + ", its journal is in "
                                    + data);
                    return ClusterHost.open(
                            new ClusterHost.Settings(
                                    data,
                                    cluster,
                                    namespace,
                                    given.text("--instanceid").orElse(""),
                                    given.text("--executor-image"),
                                    StartupErrors::flushFailed));
                });
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
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

    private static Kubeconfig cluster(Optional<String> file) throws IOException {
        return file.isPresent() ? Kubeconfig.read(Path.of(file.get())) : Kubeconfig.ofPod(System.getenv());
    }
}
