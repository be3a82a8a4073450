package tiphys.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Calls servers of triggers; connections to the last few are kept. Safe for every thread.
final class TriggerCalls {
    private static final MethodDescriptor<byte[], byte[]> FETCH = method("FetchResource");
    private static final MethodDescriptor<byte[], byte[]> EXECUTE = method("Execute");
    private static final MethodDescriptor<byte[], byte[]> POLICY = method("ApplyPolicy");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST = 16;

    /// What may pass.
    private static final Set<Status.Code> PASSES =
            Set.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED, Status.Code.ABORTED);

    private final Map<Target, ManagedChannel> channels = new LinkedHashMap<>(MOST, 0.75f, true);

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return Target.method(MethodType.UNARY, "triggers.Trigger", name);
    }

    /// What the spec means.
    byte[] fetch(Target target, byte[] spec, String firing) throws IOException, InterruptedException, TriggerFailed {
        return call(target, FETCH, Message.of(spec), firing).bytes(1);
    }

    byte[] execute(Target target, byte[] resource, byte[] payload, String firing)
            throws IOException, InterruptedException, TriggerFailed {
        return call(target, EXECUTE, Message.of(resource, payload), firing).bytes(1);
    }

    /// What the server thinks of its own response; empty if it has nothing to say.
    String applyPolicy(Target target, byte[] response, String firing)
            throws IOException, InterruptedException, TriggerFailed {
        var said = call(target, POLICY, Message.of(response), firing);
        var message = said.text(2);
        return said.truth(1) ? message : message.isEmpty() ? "the policy does not hold" : message;
    }

    private Message call(Target target, MethodDescriptor<byte[], byte[]> method, byte[] request, String firing)
            throws IOException, InterruptedException, TriggerFailed {
        var headers = new Metadata();
        headers.put(Target.header("idempotency-key"), firing);
        var named = ClientInterceptors.intercept(channel(target), MetadataUtils.newAttachHeadersInterceptor(headers));
        var options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return Message.read(ClientCalls.blockingUnaryCall(named, method, options, request));
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            var code = e.getStatus().getCode();
            if (code == Status.Code.UNAVAILABLE) {
                forget(target); // it would wait before it connects again
                throw new IOException(target.words(e), e);
            }
            var again = PASSES.contains(code) ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN;
            throw new TriggerFailed(method.getBareMethodName() + ": " + target.words(e), Answer.NONE, again);
        }
    }

    private void forget(Target target) {
        synchronized (channels) {
            var there = channels.remove(target);
            if (there != null) {
                there.shutdown();
            }
        }
    }

    private ManagedChannel channel(Target target) throws IOException {
        synchronized (channels) {
            var there = channels.get(target);
            if (there == null) {
                there = target.open();
                channels.put(target, there);
                if (channels.size() > MOST) {
                    var eldest = channels.entrySet().iterator();
                    eldest.next().getValue().shutdown(); // what is under way with it goes on
                    eldest.remove();
                }
            }
            return there;
        }
    }
}
