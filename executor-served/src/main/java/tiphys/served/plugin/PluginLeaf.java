package tiphys.served.plugin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ObjectStore;
import tiphys.served.http.Asking;
import tiphys.served.leaf.Leaf;
import tiphys.served.leaf.Outcomes;

/// Asks the executor plugins, one after the other, until one of them does what a `plugin` template says; asks it again as long
/// as it wants to be asked again (Argo's agent and its `template.execute`).
///
/// A plugin is asked at the port that its ConfigMap's container names, on this machine, or where an annotation says. It is no
/// process of this server: whoever announces it runs it. After the server was killed in the midst of a step, the plugin is asked
/// again, as by Argo's agent.
public final class PluginLeaf implements Leaf {
    private static final String PATH = "/api/v1/template.execute";

    /// How often a plugin is asked that is not there or busy (Argo's: five times, a second and then twice as long).
    private static final int TRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Asking asking;
    private final Plugins plugins;

    public PluginLeaf(Asking asking, ObjectStore objects) {
        this.asking = asking;
        this.plugins = new Plugins(objects);
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return List.of();
    }

    @Override
    public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
        var body =
                Json.write(
                        Value.object(
                                "workflow",
                                Value.object(
                                        "metadata",
                                        Value.object(
                                                "name",
                                                order.runName(),
                                                "namespace",
                                                order.namespace(),
                                                "uid",
                                                order.runUid())),
                                "template",
                                order.template().json().without("serviceAccountName")));
        while (true) {
            var reply = asked(order, body, doing);
            var node = reply.mapAt("node");
            var phase = node.textAt("phase").orElse("");
            var wait = reply.textAt("requeue").flatMap(GoDuration::parse).filter(Duration::isPositive);
            var ending = ending(phase, node);
            if (ending.isPresent() && (phase.equals("Succeeded") || wait.isEmpty() || over(phase))) {
                return ending.get();
            }
            if (wait.isEmpty()) {
                return said(
                        doing,
                        "the plugin says "
                                + (phase.isEmpty() ? "no phase" : phase)
                                + ", and does not want to be asked again");
            }
            doing.say("the plugin says " + phase + "; it is asked again in " + reply.textAt("requeue").orElse(""));
            doing.aside(() -> Thread.sleep(wait.get()));
        }
    }

    private static boolean over(String phase) {
        return phase.equals("Failed") || phase.equals("Error");
    }

    private static Ending.Served said(Doing doing, String why) {
        doing.say(why);
        return Outcomes.failed(why, Optional.empty());
    }

    /// What a plugin's node result means; empty if the node goes on.
    private static Optional<Ending.Served> ending(String phase, Value.Mapping node) {
        var outcome =
                switch (phase) {
                    case "Succeeded" -> Optional.of(Ending.Outcome.SUCCEEDED);
                    case "Failed" -> Optional.of(Ending.Outcome.FAILED);
                    case "Error" -> Optional.of(Ending.Outcome.ERROR);
                    default -> Optional.<Ending.Outcome>empty();
                };
        var outputs = node.mapAt("outputs");
        var parameters = new LinkedHashMap<String, String>();
        for (var parameter : outputs.listAt("parameters")) {
            parameters.put(parameter.textAt("name").orElse(""), parameter.find("value").map(Json::text).orElse(""));
        }
        return outcome.map(one ->
                new Ending.Served(
                        one,
                        node.textAt("message").orElse(""),
                        OptionalInt.empty(),
                        outputs.find("result").map(Json::text),
                        Map.copyOf(parameters)));
    }

    /// The reply of the first plugin that does such templates; a failure that ends the step otherwise.
    private Value.Mapping asked(StepOrder order, String body, Doing doing) throws InterruptedException {
        for (var plugin : plugins.of(order.namespace())) {
            doing.say("> " + plugin.name() + " at " + plugin.address());
            var answer = tried(plugin, body, doing);
            if (!answer.fault().isEmpty()) {
                return failed(answer.fault());
            }
            doing.say("< " + answer.status());
            if (answer.status() == 404) {
                continue;
            }
            if (answer.status() != 200) {
                return failed(answer.status() + " " + answer.reason() + ": " + answer.text());
            }
            Value reply;
            try {
                reply = Json.parse(answer.text());
            } catch (InvalidInput e) {
                return failed(String.valueOf(e.getMessage()));
            }
            if (reply.find("node").filter(one -> one instanceof Value.Mapping).isPresent()
                    && reply instanceof Value.Mapping json) {
                return json;
            }
        }
        return failed("no plugin executed the template");
    }

    private static Value.Mapping failed(String why) {
        return Value.object("node", Value.object("phase", "Failed", "message", why));
    }

    private Asking.Reply tried(Plugins.Plugin plugin, String body, Doing doing) throws InterruptedException {
        var pause = FIRST_PAUSE;
        for (int tries = 1; ; tries++) {
            var reply = asking.post(plugin.address() + PATH, plugin.token(), body, ANSWER);
            boolean again = reply.status() == 503 || reply.passing();
            if (!again || tries == TRIES) {
                return reply.status() == 503 && again ? reply.asFault(reply.text()) : reply;
            }
            doing.say(reply.fault().isEmpty() ? "busy: " + reply.status() : reply.fault());
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }
}
