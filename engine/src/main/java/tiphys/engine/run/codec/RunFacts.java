package tiphys.engine.run.codec;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.lock.LockName;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Facts as journal entries: the type names the fact and the codec's version, the body is JSON. A version once released is
/// never changed; a new one is added beside it.
public final class RunFacts {
    private RunFacts() {}

    /// A fact as an entry.
    public static NewEntry encode(RunFact fact) {
        return switch (fact) {
            case RunFact.Observed(var workflow, var host) -> entry("observed", "workflow", workflow, "host", host);
            case RunFact.Asked(var need) -> entry("asked", "need", need(need));
            case RunFact.Supplied(var need, var content, var revision) ->
                    entry("supplied", "need", need(need), "content", content.orElse(null), "revision", revision);
            case RunFact.Started(var spec, var parameters) -> entry("started", "spec", spec, "parameters", parameters);
            case RunFact.Labelled(var labels, var annotations) ->
                    entry("labelled", "labels", labels, "annotations", annotations);
            case RunFact.NodeBegan began ->
                    entry(
                            "node-began",
                            "name",
                            began.name(),
                            "type",
                            began.type().name(),
                            "template",
                            filled(began.template()),
                            "boundary",
                            present(began.boundary()),
                            "parent",
                            present(began.parent()),
                            "ordinal",
                            present(began.ordinal()),
                            "item",
                            present(began.item()),
                            "role",
                            began.role().name(),
                            "inputs",
                            began.inputs().isEmpty() ? null : began.inputs(),
                            "why",
                            filled(began.why()),
                            "targets",
                            began.targets().isEmpty() ? null : began.targets(),
                            "artifacts",
                            artifacts(began.artifacts()));
            case RunFact.Expanded(var owner, var ordinal, var items) ->
                    entry("expanded", "owner", owner, "ordinal", ordinal, "items", items);
            case RunFact.LocksAsked(var node, var locks) ->
                    entry(
                            "locks-asked",
                            "node",
                            present(node),
                            "locks",
                            Value.list(locks.stream().map(RunFacts::lock).toList()));
            case RunFact.LocksAwaited(var node, var lock, var free, var limit, var holders) ->
                    entry(
                            "locks-awaited",
                            "node",
                            present(node),
                            "lock",
                            lock(lock),
                            "free",
                            free,
                            "limit",
                            limit,
                            "holders",
                            holders);
            case RunFact.LocksGranted(var node) -> entry("locks-granted", "node", present(node));
            case RunFact.LocksRefused(var node, var why) -> entry("locks-refused", "node", present(node), "why", why);
            case RunFact.LocksReleased(var node) -> entry("locks-released", "node", present(node));
            case RunFact.CacheAsked(var node, var cache, var key) ->
                    entry("cache-asked", "node", node, "cache", cache, "key", key);
            case RunFact.CacheAnswered(var node, var hit, var by) ->
                    entry("cache-answered", "node", node, "hit", hit, "by", filled(by));
            case RunFact.CacheStored(var node) -> entry("cache-stored", "node", node);
            case RunFact.Queued(var owner, var ordinal, var why) ->
                    entry("queued", "owner", owner, "ordinal", present(ordinal), "why", filled(why));
            case RunFact.NodeChanged(var node, var phase, var message) ->
                    entry("node-changed", "node", node, "phase", phase.name(), "message", filled(message));
            case RunFact.NodeSupplied(var node, var outputs, var message, var user) ->
                    entry(
                            "node-supplied",
                            "node",
                            node,
                            "outputs",
                            outputs.isEmpty() ? null : outputs,
                            "message",
                            filled(message),
                            "user",
                            filled(user));
            case RunFact.NodeEnded(var node, var phase, var message, var outputs, var hooks) ->
                    entry(
                            "node-ended",
                            "node",
                            node,
                            "phase",
                            phase.name(),
                            "message",
                            filled(message),
                            "result",
                            outputs.result().orElse(null),
                            "exitCode",
                            outputs.exitCode().orElse(null),
                            "parameters",
                            outputs.parameters().isEmpty() ? null : outputs.parameters(),
                            "artifacts",
                            artifacts(outputs.artifacts()),
                            "hook",
                            hooks > 0 ? true : null,
                            "hooks",
                            hooks > 1 ? hooks : null);
            case RunFact.StepOrdered(var node, var order) ->
                    new NewEntry(
                            "run.step-ordered/2",
                            Json.bytes(Value.object("node", node, "order", StepCodec.order(order))));
            case RunFact.StepStarted(var node, var attempt, var at, var program) ->
                    entry(
                            "step-started",
                            "node",
                            node,
                            "attempt",
                            attempt.text(),
                            "at",
                            at.toString(),
                            "program",
                            program);
            case RunFact.StepReady(var node, var attempt, var at, var address) ->
                    entry(
                            "step-ready",
                            "node",
                            node,
                            "attempt",
                            attempt.text(),
                            "at",
                            at.toString(),
                            "address",
                            address);
            case RunFact.StepEnded(var node, var attempt, var at, var ending) ->
                    entry(
                            "step-ended",
                            "node",
                            node,
                            "attempt",
                            attempt.text(),
                            "at",
                            at.toString(),
                            "ending",
                            StepCodec.ending(ending));
            case RunFact.Progressed(var node, var progress) -> entry("progressed", "node", node, "progress", progress);
            case RunFact.Used(var node, var cpu, var peak) ->
                    entry("used", "node", node, "cpuMicros", cpu, "peakBytes", peak);
            case RunFact.OutputsLeft(var node, var attempt, var at, var ending) ->
                    entry(
                            "outputs-left",
                            "node",
                            node,
                            "attempt",
                            attempt.text(),
                            "at",
                            at.toString(),
                            "ending",
                            StepCodec.ending(ending));
            case RunFact.ArtifactsDeleted(var node, var names) ->
                    entry("artifacts-deleted", "node", node, "names", names);
            case RunFact.ArtifactsStay(var problems) -> entry("artifacts-stay", "problems", problems);
            case RunFact.ArtifactsMoved(var node, var transfer) ->
                    entry("artifacts-moved", "node", node, "transfer", StepCodec.transfer(transfer));
            case RunFact.Measured(var node, var measures, var flaws) ->
                    entry(
                            "measured",
                            "node",
                            present(node),
                            "measures",
                            MeasureCodec.list(measures),
                            "flaws",
                            flaws.isEmpty() ? null : flaws);
            case RunFact.CancelWanted(var node, var attempt, var why) ->
                    entry("cancel-wanted", "node", node, "attempt", attempt.text(), "why", why);
            case RunFact.Waits(var node, var until, var message) ->
                    entry("waits", "node", node, "until", until.toString(), "message", filled(message));
            case RunFact.SuspendChanged(var suspended, var user) ->
                    entry("suspend-changed", "suspended", suspended, "user", filled(user));
            case RunFact.ShutdownWanted(var how, var message, var user) ->
                    entry("shutdown-wanted", "shutdown", how.name(), "message", filled(message), "user", filled(user));
            case RunFact.HostChanged(var host) -> entry("host-changed", "host", host);
            case RunFact.ObjectGone _ -> entry("object-gone");
            case RunFact.DeadlinePassed _ -> entry("deadline-passed");
            case RunFact.Restarted(var user, var again) ->
                    again.map(one ->
                                    new NewEntry(
                                            "run.restarted/2",
                                            Json.bytes(
                                                    Value.object(
                                                            "user",
                                                            filled(user),
                                                            "again",
                                                            one.nodes(),
                                                            "parameters",
                                                            one.parameters()))))
                            .orElseGet(() -> entry("restarted", "user", filled(user)));
            case RunFact.Ended(var phase, var message) ->
                    entry("ended", "phase", phase.name(), "message", filled(message));
        };
    }

    /// An entry as the fact that it records.
    public static RunFact decode(Entry entry) {
        return decode(entry.type(), Json.parseOwn(entry.body()));
    }

    static RunFact decode(String type, Value body) {
        return switch (type) {
            case "run.observed/1" -> new RunFact.Observed(body.mapAt("workflow"), text(body, "host"));
            case "run.asked/1" -> new RunFact.Asked(need(body.mapAt("need")));
            case "run.supplied/1" ->
                    new RunFact.Supplied(need(body.mapAt("need")), body.find("content"), text(body, "revision"));
            case "run.started/1" -> new RunFact.Started(body.mapAt("spec"), texts(body.mapAt("parameters")));
            case "run.labelled/1" ->
                    new RunFact.Labelled(texts(body.mapAt("labels")), texts(body.mapAt("annotations")));
            case "run.node-began/1" ->
                    new RunFact.NodeBegan(
                            text(body, "name"),
                            NodeType.valueOf(text(body, "type")),
                            text(body, "template"),
                            whole(body, "boundary"),
                            whole(body, "parent"),
                            whole(body, "ordinal"),
                            whole(body, "item"),
                            Role.valueOf(text(body, "role")),
                            texts(body.mapAt("inputs")),
                            text(body, "why"),
                            body.listAt("targets").stream().map(Json::text).toList(),
                            artifacts(body));
            case "run.expanded/1" ->
                    new RunFact.Expanded(whole(body, "owner"), whole(body, "ordinal"), body.listAt("items"));
            case "run.locks-asked/1" ->
                    new RunFact.LocksAsked(
                            whole(body, "node"), body.listAt("locks").stream().map(RunFacts::lock).toList());
            case "run.locks-awaited/1" ->
                    new RunFact.LocksAwaited(
                            whole(body, "node"),
                            lock(body.mapAt("lock")),
                            whole(body, "free"),
                            whole(body, "limit"),
                            body.listAt("holders").stream().map(Json::text).toList());
            case "run.locks-granted/1" -> new RunFact.LocksGranted(whole(body, "node"));
            case "run.locks-refused/1" -> new RunFact.LocksRefused(whole(body, "node"), text(body, "why"));
            case "run.locks-released/1" -> new RunFact.LocksReleased(whole(body, "node"));
            case "run.cache-asked/1" ->
                    new RunFact.CacheAsked(whole(body, "node"), text(body, "cache"), text(body, "key"));
            case "run.cache-answered/1" ->
                    new RunFact.CacheAnswered(
                            whole(body, "node"),
                            body.find("hit").equals(Optional.of(Value.bool(true))),
                            text(body, "by"));
            case "run.cache-stored/1" -> new RunFact.CacheStored(whole(body, "node"));
            case "run.queued/1" -> new RunFact.Queued(whole(body, "owner"), whole(body, "ordinal"), text(body, "why"));
            case "run.node-changed/1" ->
                    new RunFact.NodeChanged(whole(body, "node"), phase(body), text(body, "message"));
            case "run.node-supplied/1" ->
                    new RunFact.NodeSupplied(
                            whole(body, "node"),
                            texts(body.mapAt("outputs")),
                            text(body, "message"),
                            text(body, "user"));
            case "run.node-ended/1" ->
                    new RunFact.NodeEnded(
                            whole(body, "node"),
                            phase(body),
                            text(body, "message"),
                            new Outputs(
                                    body.textAt("result"),
                                    body.textAt("exitCode"),
                                    texts(body.mapAt("parameters")),
                                    artifacts(body)),
                            body.find("hook").isPresent() ? Math.max(1, whole(body, "hooks")) : 0);
            case "run.step-ordered/1", "run.step-ordered/2" ->
                    new RunFact.StepOrdered(whole(body, "node"), StepCodec.order(body.mapAt("order")));
            case "run.step-started/1" ->
                    new RunFact.StepStarted(
                            whole(body, "node"), attempt(body), instant(body, "at"), text(body, "program"));
            case "run.step-ready/1" ->
                    new RunFact.StepReady(
                            whole(body, "node"), attempt(body), instant(body, "at"), text(body, "address"));
            case "run.step-ended/1" ->
                    new RunFact.StepEnded(
                            whole(body, "node"),
                            attempt(body),
                            instant(body, "at"),
                            StepCodec.ending(body.mapAt("ending")));
            case "run.progressed/1" -> new RunFact.Progressed(whole(body, "node"), text(body, "progress"));
            case "run.used/1" ->
                    new RunFact.Used(whole(body, "node"), large(body, "cpuMicros"), large(body, "peakBytes"));
            case "run.outputs-left/1" ->
                    new RunFact.OutputsLeft(
                            whole(body, "node"),
                            attempt(body),
                            instant(body, "at"),
                            StepCodec.ending(body.mapAt("ending")));
            case "run.artifacts-deleted/1" ->
                    new RunFact.ArtifactsDeleted(
                            whole(body, "node"), body.listAt("names").stream().map(Json::text).toList());
            case "run.artifacts-stay/1" ->
                    new RunFact.ArtifactsStay(body.listAt("problems").stream().map(Json::text).toList());
            case "run.artifacts-moved/1" ->
                    new RunFact.ArtifactsMoved(whole(body, "node"), StepCodec.transfer(body.mapAt("transfer")));
            case "run.measured/1" ->
                    new RunFact.Measured(
                            whole(body, "node"),
                            MeasureCodec.list(body.listAt("measures")),
                            body.listAt("flaws").stream().map(Json::text).toList());
            case "run.cancel-wanted/1" ->
                    new RunFact.CancelWanted(whole(body, "node"), attempt(body), text(body, "why"));
            case "run.waits/1" -> new RunFact.Waits(whole(body, "node"), instant(body, "until"), text(body, "message"));
            case "run.suspend-changed/1" ->
                    new RunFact.SuspendChanged(
                            body.find("suspended").equals(Optional.of(Value.bool(true))), text(body, "user"));
            case "run.shutdown-wanted/1" ->
                    new RunFact.ShutdownWanted(
                            Shutdown.valueOf(text(body, "shutdown")), text(body, "message"), text(body, "user"));
            case "run.host-changed/1" -> new RunFact.HostChanged(text(body, "host"));
            case "run.object-gone/1" -> new RunFact.ObjectGone();
            case "run.deadline-passed/1" -> new RunFact.DeadlinePassed();
            case "run.restarted/1" -> new RunFact.Restarted(text(body, "user"), Optional.empty());
            case "run.restarted/2" ->
                    new RunFact.Restarted(
                            text(body, "user"),
                            Optional.of(
                                    new RunFact.Again(
                                            body.listAt("again").stream().map(Json::text).toList(),
                                            texts(body.mapAt("parameters")))));
            case "run.ended/1" -> new RunFact.Ended(phase(body), text(body, "message"));
            default -> throw new IllegalStateException("this version knows no entry of type " + type);
        };
    }

    private static NewEntry entry(String type, @Nullable Object... keysAndValues) {
        return new NewEntry("run." + type + "/1", Json.bytes(Value.object(keysAndValues)));
    }

    private static @Nullable String filled(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Integer present(int index) {
        return index < 0 ? null : index;
    }

    static @Nullable Value artifacts(List<Artifact> artifacts) {
        return artifacts.isEmpty() ? null : Value.list(artifacts.stream().map(Artifact::json).toList());
    }

    static List<Artifact> artifacts(Value json) {
        return json.listAt("artifacts").stream().map(one -> new Artifact((Value.Mapping) one)).toList();
    }

    static Value need(Need need) {
        return switch (need) {
            case Need.Template(var namespace, var name) -> Value.object("template", name, "namespace", namespace);
            case Need.ConfigMapKey(var namespace, var name, var key) ->
                    Value.object("configMap", name, "key", key, "namespace", namespace);
            case Need.Defaults(var namespace) -> Value.object("defaults", true, "namespace", namespace);
            case Need.Earlier(var namespace, var uid) -> Value.object("earlier", uid, "namespace", namespace);
            case Need.Images(var namespace) -> Value.object("images", true, "namespace", namespace);
            case Need.Turn(var namespace, var asked) -> Value.object("turn", asked, "namespace", namespace);
            case Need.Templates(var namespace, var pattern) ->
                    Value.object("templates", pattern, "namespace", namespace);
            case Need.Fitness(var namespace) -> Value.object("fitness", true, "namespace", namespace);
            case Need.Repository(var namespace, var configMap, var key) ->
                    Value.object("repository", configMap, "key", key, "namespace", namespace);
        };
    }

    static Need need(Value.Mapping json) {
        if (json.find("templates").isPresent()) {
            return new Need.Templates(text(json, "namespace"), text(json, "templates"));
        }
        if (json.find("fitness").isPresent()) {
            return new Need.Fitness(text(json, "namespace"));
        }
        if (json.find("defaults").isPresent()) {
            return new Need.Defaults(text(json, "namespace"));
        }
        if (json.find("earlier").isPresent()) {
            return new Need.Earlier(text(json, "namespace"), text(json, "earlier"));
        }
        if (json.find("images").isPresent()) {
            return new Need.Images(text(json, "namespace"));
        }
        if (json.find("turn").isPresent()) {
            return new Need.Turn(text(json, "namespace"), large(json, "turn"));
        }
        if (json.find("repository").isPresent()) {
            return new Need.Repository(text(json, "namespace"), text(json, "repository"), text(json, "key"));
        }
        return json.find("template").isPresent()
                ? new Need.Template(text(json, "namespace"), text(json, "template"))
                : new Need.ConfigMapKey(text(json, "namespace"), text(json, "configMap"), text(json, "key"));
    }

    static Value lock(LockName lock) {
        return Value.object(
                "kind",
                lock.kind().name(),
                "namespace",
                lock.namespace(),
                "name",
                lock.name(),
                "key",
                filled(lock.key()));
    }

    static LockName lock(Value json) {
        return new LockName(
                LockName.Kind.valueOf(text(json, "kind")),
                text(json, "namespace"),
                text(json, "name"),
                text(json, "key"));
    }

    static String text(Value json, String field) {
        return json.textAt(field).orElse("");
    }

    static int whole(Value json, String field) {
        return json.find(field)
                .flatMap(value ->
                        value instanceof Value.Number(var literal, _)
                                ? Optional.of(Integer.parseInt(literal))
                                : Optional.empty())
                .orElse(-1);
    }

    static long large(Value json, String field) {
        return json.find(field)
                .flatMap(value ->
                        value instanceof Value.Number(var literal, _)
                                ? Optional.of(Long.parseLong(literal))
                                : Optional.empty())
                .orElse(0L);
    }

    static Map<String, String> texts(Value.Mapping json) {
        if (json.fields().isEmpty()) {
            return Map.of();
        }
        var texts = new LinkedHashMap<String, String>();
        json.fields().forEach((key, value) -> texts.put(key, Json.text(value)));
        return texts;
    }

    private static NodePhase phase(Value json) {
        return NodePhase.valueOf(text(json, "phase").toUpperCase(Locale.ROOT));
    }

    private static AttemptId attempt(Value json) {
        return new AttemptId(text(json, "attempt"));
    }

    private static Instant instant(Value json, String field) {
        return Instant.parse(text(json, field));
    }
}
