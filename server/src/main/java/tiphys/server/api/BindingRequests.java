package tiphys.server.api;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.util.URIUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.events.binding.BindingEvent;
import tiphys.events.binding.EventBinding;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.http.Problem;
import tiphys.server.http.RequestBodies;

/// Argo's `POST /api/v1/events/{namespace}/{discriminator}`: every WorkflowEventBinding of the namespace is asked, and those that take
/// the event submit their templates. The answer comes when all of the Workflows are on disk.
final class BindingRequests {
    private static final Logger LOG = LoggerFactory.getLogger(BindingRequests.class);
    private static final String BASE = "/api/v1/events/";
    private static final int LARGEST_BODY = 2 << 20;

    private final Objects objects;
    private final InstantSource clock;

    BindingRequests(Objects objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    /// Whether a path is one of an event.
    static boolean has(String path) {
        return path.startsWith(BASE);
    }

    void receive(Call call, String path) throws IOException {
        var parts = Arrays.stream(path.substring(BASE.length()).split("/", -1)).map(URIUtil::decodePath).toList();
        if (parts.size() > 2 || parts.getFirst().isEmpty()) {
            throw new Problem(
                            404,
                            "TIP-4041",
                            "there is no request " + Call.shortened(path),
                            "events go to /api/v1/events/NAMESPACE/DISCRIMINATOR")
                    .thrown();
        }
        var payload = RequestBodies.json(call.request(), LARGEST_BODY);
        var event = new BindingEvent(parts.getFirst(), parts.size() > 1 ? parts.get(1) : "", headers(call), payload);
        var failures = new ArrayList<String>();
        for (var binding : bindings(event.namespace())) {
            try {
                submit(new EventBinding(binding), event);
            } catch (EvaluationFailed | Refusal e) {
                LOG.warn("WorkflowEventBinding {}/{}: {}", binding.namespace(), binding.name(), e.getMessage());
                failures.add(binding.name() + ": " + e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new Problem(
                            500,
                            "TIP-5001",
                            "failed to dispatch event: " + String.join("; ", failures),
                            "mend the WorkflowEventBinding; what other bindings took of the event is submitted")
                    .thrown();
        }
        call.answer(Value.Mapping.EMPTY);
    }

    private static Map<String, List<String>> headers(Call call) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var header : call.request().getHeaders()) {
            if (BindingEvent.readable(header.getName())) {
                headers.computeIfAbsent(header.getLowerCaseName(), _ -> new ArrayList<>()).add(header.getValue());
            }
        }
        return headers;
    }

    private List<ApiObject> bindings(String namespace) {
        return objects.list(ResourceTypes.WORKFLOW_EVENT_BINDING, Optional.of(namespace), Selector.ALL, 0, "")
                .objects();
    }

    private void submit(EventBinding binding, BindingEvent event) {
        var now = clock.instant();
        if (!binding.takes(event, now)) {
            return;
        }
        var key = binding.template();
        var template =
                objects.find(key)
                        .orElseThrow(() ->
                                new EvaluationFailed(
                                        "failed to get workflow template: "
                                                + key.type().plural()
                                                + ".argoproj.io \""
                                                + key.name()
                                                + "\" not found"));
        var made = objects.create(binding.workflow(template, event, now), Objects.Mode.PLAIN).object();
        LOG.info(
                "WorkflowEventBinding {} submitted Workflow {}/{}",
                binding.object().name(),
                made.namespace(),
                made.name());
    }
}
