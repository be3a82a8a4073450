package tiphys.server.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.engine.Logs;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.server.follow.Followers;
import tiphys.server.follow.Stopping;

/// The Kubernetes-style API for requests that are already authenticated as the admin: `/api`, `/apis`, `/openapi` and
/// `/version`. Every refusal is a `Status`; nothing that a client sends makes more than a `Status`. Blocking: wants a thread
/// of its own for each request, best a virtual one. Watches and followed logs end when the handler stops.
public final class KubernetesApi extends Handler.Abstract implements Graceful {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);
    private static final Set<String> ROOTS = Set.of("api", "apis", "openapi", "version");

    private final Discovery discovery;
    private final OpenApi openApi = new OpenApi();
    private final Resources resources;
    private final Stopping stopping = new Stopping();

    /// What the API stands on.
    ///
    /// @param version of this program
    /// @param commit that it was built from; empty if nobody knows
    /// @param date of the commit, RFC 3339; empty if nobody knows
    /// @param followers counts the watches and followed logs
    public record Ports(
            Objects objects,
            ObjectStore store,
            Logs logs,
            InstantSource clock,
            String version,
            String commit,
            String date,
            Followers followers) {}

    public KubernetesApi(Ports ports) {
        discovery = new Discovery(ports);
        resources = new Resources(ports, stopping);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var path = Request.getPathInContext(request);
        var parts = path.split("/", 3);
        if (parts.length < 2 || !ROOTS.contains(parts[1])) {
            return false;
        }
        var call = new KubernetesCall(request, response, callback);
        var target = Target.of(path);
        try {
            refusing(call, target);
            call.done();
        } catch (IOException e) {
            LOG.debug("the client of {} went away", path, e);
            callback.failed(e);
        }
        return true;
    }

    /// The server is about to stop and gives requests a moment: those that would go on for ever end now.
    @Override
    public CompletableFuture<Void> shutdown() {
        close();
        return CompletableFuture.allOf();
    }

    @Override
    public boolean isShutdown() {
        return stopping.hasBegun();
    }

    @Override
    protected void doStop() throws Exception {
        close();
        super.doStop();
    }

    private void close() {
        stopping.begin();
        resources.close();
    }

    /// Answers, or turns what went wrong into a Status.
    private void refusing(KubernetesCall call, Optional<Target> target) throws IOException {
        try {
            answer(call, target.orElseThrow(Statuses::noSuchPath));
        } catch (Refusal refusal) {
            refuse(call, target, refusal);
        } catch (ObjectStore.Expired e) {
            refuse(call, target, Statuses.expired(e));
        } catch (Followers.TooMany e) {
            refuse(call, target, Statuses.tooMany(e.text()));
        } catch (StoreUnavailable e) {
            LOG.warn("{} {} could not be stored", call.method(), call.request().getHttpURI().getPath(), e);
            var message = "the store cannot be written or read now: " + e.getMessage() + "; try again";
            refuse(call, target, new Refusal(503, "ServiceUnavailable", message));
        } catch (EOFException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(call, target, new Refusal(503, "ServiceUnavailable", "the server is stopping; try again"));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", call.method(), call.request().getHttpURI().getPath(), e);
            var message = "an internal error occurred; the server's log says more";
            refuse(call, target, new Refusal(500, "InternalError", message));
        }
    }

    private static void refuse(KubernetesCall call, Optional<Target> target, Refusal refusal) throws IOException {
        if (call.response().isCommitted()) {
            throw new IOException("the answer was cut off: " + refusal.getMessage(), refusal);
        }
        call.response().reset();
        Statuses.retrySeconds(refusal)
                .ifPresent(seconds -> call.response().getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        if (refusal.code() == 413) { // some of the body may still be on its way
            call.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        call.answer(refusal.code(), Statuses.failure(refusal, target.map(Statuses::about).orElse(Value.Mapping.EMPTY)));
    }

    private void answer(KubernetesCall call, Target target) throws IOException, InterruptedException {
        switch (target) {
            case Target.Version _ -> document(call, Optional.of(discovery.version()));
            case Target.CoreVersions _ -> document(call, Optional.of(discovery.coreVersions(call.accept())));
            case Target.Groups _ -> document(call, Optional.of(discovery.groups(call.accept())));
            case Target.OneGroup(var group) -> document(call, discovery.oneGroup(group));
            case Target.GroupVersion(var group, var version) -> document(call, discovery.resources(group, version));
            case Target.OpenApiTwo _ -> document(call, Optional.of(openApi.two(call.accept())));
            case Target.OpenApiIndex _ -> document(call, Optional.of(openApi.index()));
            case Target.OpenApiGroup(var group, var version) -> document(call, openApi.group(group, version));
            case Target.Collection collection -> resources.collection(call, collection);
            case Target.One one -> resources.one(call, one);
        }
    }

    private static void document(KubernetesCall call, Optional<Document> document) throws IOException {
        if (!List.of("GET", "HEAD").contains(call.method())) {
            throw Statuses.notAllowed("expected GET, found " + call.method());
        }
        document.orElseThrow(Statuses::noSuchPath).answer(call);
    }
}
