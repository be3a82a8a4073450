package tiphys.artifacts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Tells names of services that only a cluster knows from those of servers: `minio:9000`, `minio.argo:9000`, `minio.argo.svc:9000`
/// are such names if nothing answers to them here. A name that this machine can look up is never one.
final class ClusterNames {
    /// `NAME`, `NAME.NAMESPACE`, and with `.svc` and what may follow.
    private static final Pattern SERVICE =
            Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)?(\\.svc(\\..*)?)?");

    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(boolean absent, long atNanos) {}

    /// Whether an endpoint is a service of a cluster that is not here.
    boolean absent(String endpoint) {
        var host = endpoint.replaceFirst(":\\d+$", "");
        if (!SERVICE.matcher(host).matches()) {
            return false;
        }
        var known = answers.get(host);
        if (known != null && System.nanoTime() - known.atNanos() < KEPT_NANOS) {
            return known.absent();
        }
        boolean absent;
        try {
            absent = InetAddress.getAllByName(host).length == 0;
        } catch (UnknownHostException _) {
            absent = true;
        }
        if (answers.size() > 1_000) {
            answers.clear();
        }
        answers.put(host, new Answer(absent, System.nanoTime()));
        return absent;
    }
}
