package tiphys.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Readiness.Question;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Reads a container's `readinessProbe`, with Kubernetes' defaults.
final class Probe {
    private Probe() {}

    static Optional<Readiness> of(Value.Mapping container) {
        var probe = container.mapAt("readinessProbe");
        return question(probe, container)
                .map(question ->
                        new Readiness(
                                question,
                                seconds(probe, "initialDelaySeconds", 0),
                                seconds(probe, "periodSeconds", 10),
                                seconds(probe, "timeoutSeconds", 1),
                                Math.max(1, whole(probe, "successThreshold", 1))));
    }

    /// The ports that a container names.
    static List<Integer> ports(Value.Mapping container) {
        var ports = new LinkedHashSet<Integer>();
        container.listAt("ports").forEach(port -> ports.add(whole(port, "containerPort", 0)));
        of(container)
                .map(Readiness::question)
                .ifPresent(question -> {
                    switch (question) {
                        case Question.Exec _ -> {}
                        case Question.Http(_, _, var port, _, _) -> ports.add(port);
                        case Question.Tcp(_, var port) -> ports.add(port);
                    }
                });
        ports.remove(0);
        return List.copyOf(ports);
    }

    private static Optional<Question> question(Value.Mapping probe, Value.Mapping container) {
        if (probe.find("exec").isPresent()) {
            return Optional.of(new Question.Exec(probe.listAt("exec", "command").stream().map(Json::text).toList()));
        }
        if (probe.find("httpGet").isPresent()) {
            var get = probe.mapAt("httpGet");
            Map<String, String> headers = new LinkedHashMap<>();
            get.listAt("httpHeaders")
                    .forEach(
                            header -> headers.put(header.textAt("name").orElse(""), header.textAt("value").orElse("")));
            var path = get.textAt("path").orElse("");
            return Optional.of(
                    new Question.Http(
                            get.textAt("scheme").orElse("HTTP"),
                            get.textAt("host").orElse(""),
                            port(get, container),
                            path.startsWith("/") ? path : "/" + path,
                            headers));
        }
        if (probe.find("tcpSocket").isPresent()) {
            var socket = probe.mapAt("tcpSocket");
            return Optional.of(new Question.Tcp(socket.textAt("host").orElse(""), port(socket, container)));
        }
        return Optional.empty();
    }

    /// A port by its number, or by its name among the container's ports; 0 if there is none.
    private static int port(Value.Mapping action, Value.Mapping container) {
        var named = action.textAt("port");
        if (named.isEmpty()) {
            return whole(action, "port", 0);
        }
        for (var port : container.listAt("ports")) {
            if (port.textAt("name").equals(named)) {
                return whole(port, "containerPort", 0);
            }
        }
        try {
            return Integer.parseInt(named.get());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Duration seconds(Value.Mapping probe, String field, int otherwise) {
        return Duration.ofSeconds(Math.max(0, whole(probe, field, otherwise)));
    }

    private static int whole(Value json, String field, int otherwise) {
        return json.find(field)
                .flatMap(value ->
                        value instanceof Value.Number number
                                ? Optional.of(number.decimal().intValue())
                                : Optional.empty())
                .orElse(otherwise);
    }
}
