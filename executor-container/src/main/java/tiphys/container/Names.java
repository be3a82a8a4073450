package tiphys.container;

import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.engine.StepOrder;

/// How containers are called and labelled. A container's name is its claim; its labels say whose it is.
final class Names {
    static final String SERVER = "tiphys.io/server";
    static final String ATTEMPT = "tiphys.io/attempt";
    static final String CONTAINER = "tiphys.io/container";

    /// The container that holds the network of an attempt with several; no container of a manifest is called so.
    static final String PAUSE = "-pause";

    private Names() {}

    /// The name of one of an attempt's containers.
    static String of(String server, StepOrder order, String container) {
        var base = "tiphys-" + server + "-" + order.attempt().text();
        return container.equals("main") ? base : base + "-" + (container.equals(PAUSE) ? "tiphys.pause" : container);
    }

    static Map<String, String> labels(String server, StepOrder order, String container) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(SERVER, server);
        labels.put(ATTEMPT, order.attempt().text());
        labels.put(CONTAINER, container);
        labels.put("tiphys.io/namespace", order.namespace());
        labels.put("tiphys.io/run", order.runName());
        labels.put("tiphys.io/node", order.nodeName());
        return labels;
    }
}
