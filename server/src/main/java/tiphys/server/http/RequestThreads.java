package tiphys.server.http;

import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Gives each request a virtual thread of its own. Jetty does so only for some: the first request of a connection may come
/// on one of the few threads of its pool, and a handler that blocks there takes it from everybody else.
public final class RequestThreads extends Handler.Wrapper {
    private final Executor executor;

    /// @param executor of virtual threads
    public RequestThreads(Handler handler, Executor executor) {
        super(handler);
        this.executor = executor;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Thread.currentThread().isVirtual()) {
            return super.handle(request, response, callback);
        }
        executor.execute(() -> answer(request, response, callback));
        return true;
    }

    private void answer(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, 404);
            }
        } catch (Exception e) {
            Response.writeError(request, response, callback, e);
        }
    }
}
