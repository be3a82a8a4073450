package tiphys.engine.run.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Locks;
import tiphys.engine.run.state.Memo;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RetainedOutputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.WorkflowSpec;

/// A run's whole state as one JSON text, version `run/1`. What can be worked out from the rest is left out.
public final class RunSnapshot {
    private RunSnapshot() {}

    public static byte[] write(RunState state) {
        var json = new LinkedHashMap<String, Value>();
        json.put("workflow", state.workflow);
        json.put("host", Value.text(state.host));
        if (state.library != null) {
            json.put("spec", state.library.spec().json());
        }
        json.put("parameters", Value.of(state.parameters));
        json.put(
                "supplied",
                Value.list(
                        state.supplied.values().stream()
                                .map(one ->
                                        Value.object(
                                                "need", RunFacts.need(one.need()),
                                                "content", one.content().orElse(null),
                                                "revision", one.revision()))
                                .toList()));
        json.put("pending", Value.list(state.pending.stream().map(RunFacts::need).toList()));
        json.put(
                "flags",
                Value.list(
                        List.of(
                                Value.bool(state.started),
                                Value.bool(state.ended),
                                Value.bool(state.gone),
                                Value.bool(state.suspend),
                                Value.bool(state.deadlinePassed))));
        if (state.labelled) {
            json.put("labelled", Value.bool(true));
        }
        json.put("shutdown", Value.text(state.shutdown.name()));
        json.put("shutdownMessage", Value.text(state.shutdownMessage));
        json.put("phase", Value.text(state.phase.name()));
        json.put("message", Value.text(state.message));
        json.put("times", numbers(state.startedMicros, state.finishedMicros, state.deadlineMicros, state.lastMicros));
        json.put("counts", numbers(state.era, state.root, state.exit, state.leaves, state.leavesDone));
        json.put("globals", Value.of(state.globals));
        if (!state.globalArtifacts.isEmpty()) {
            var artifacts = new LinkedHashMap<String, Value>();
            state.globalArtifacts.forEach((name, one) -> artifacts.put(name, one.json()));
            json.put("globalArtifacts", mapping(artifacts));
        }
        if (!state.undeleted.isEmpty()) {
            json.put("undeleted", Value.of(state.undeleted));
        }
        if (!state.unmeasured.isEmpty()) {
            json.put("unmeasured", Value.of(List.copyOf(state.unmeasured)));
        }
        if (!state.growing.isEmpty()) {
            json.put(
                    "growing",
                    Value.list(
                            state.growing.entrySet().stream()
                                    .map(one ->
                                            Value.object(
                                                    "node",
                                                    one.getKey(),
                                                    "measures",
                                                    MeasureCodec.list(one.getValue())))
                                    .toList()));
        }
        json.put("queue", Value.list(state.queue.stream().map(Value::number).toList()));
        var kept = new TreeMap<String, Value>();
        state.kept.forEach((name, one) -> kept.put(name, one.json()));
        json.put("kept", mapping(kept));
        var earlier = new TreeMap<String, Value>();
        state.earlier.forEach((name, all) -> earlier.put(name, Value.of(all.stream().map(AttemptId::text).toList())));
        json.put("earlier", mapping(earlier));
        if (state.locks != null) {
            json.put("locks", locks(state.locks));
        }
        json.put("nodes", Value.list(state.nodes.stream().map(RunSnapshot::node).toList()));
        return Json.bytes(mapping(json));
    }

    public static RunState read(String uid, byte[] snapshot) {
        var json = (Value.Mapping) Json.parseOwn(snapshot);
        var state = new RunState(uid);
        state.workflow = json.mapAt("workflow");
        state.name = state.workflow.textAt("metadata", "name").orElse("");
        state.namespace = state.workflow.textAt("metadata", "namespace").orElse("");
        state.host = RunFacts.text(json, "host");
        state.parameters = RunFacts.texts(json.mapAt("parameters"));
        for (var one : json.listAt("supplied")) {
            var need = RunFacts.need(one.mapAt("need"));
            state.supplied.put(need, new RunFact.Supplied(need, one.find("content"), RunFacts.text(one, "revision")));
        }
        json.listAt("pending").forEach(one -> state.pending.add(RunFacts.need((Value.Mapping) one)));
        if (json.find("spec").isPresent()) {
            state.library = new Library(new WorkflowSpec(json.mapAt("spec")), state.suppliedTemplates());
        }
        var flags = json.listAt("flags");
        state.started = flags.get(0).equals(Value.bool(true));
        state.ended = flags.get(1).equals(Value.bool(true));
        state.gone = flags.get(2).equals(Value.bool(true));
        state.suspend = flags.get(3).equals(Value.bool(true));
        state.deadlinePassed = flags.get(4).equals(Value.bool(true));
        state.shutdown = Shutdown.valueOf(RunFacts.text(json, "shutdown"));
        state.shutdownMessage = RunFacts.text(json, "shutdownMessage");
        state.phase = NodePhase.valueOf(RunFacts.text(json, "phase"));
        state.message = RunFacts.text(json, "message");
        var times = longs(json, "times");
        state.startedMicros = times[0];
        state.finishedMicros = times[1];
        state.deadlineMicros = times[2];
        state.lastMicros = times[3];
        var counts = longs(json, "counts");
        state.era = (int) counts[0];
        state.root = (int) counts[1];
        state.exit = (int) counts[2];
        state.leaves = (int) counts[3];
        state.leavesDone = (int) counts[4];
        state.globals.putAll(RunFacts.texts(json.mapAt("globals")));
        state.undeleted = json.listAt("undeleted").stream().map(Json::text).toList();
        json.listAt("unmeasured").forEach(flaw -> state.unmeasured.add(Json.text(flaw)));
        json.listAt("growing")
                .forEach(one ->
                        state.growing.put(RunFacts.whole(one, "node"), MeasureCodec.list(one.listAt("measures"))));
        json.mapAt("globalArtifacts")
                .fields()
                .forEach((name, one) -> state.globalArtifacts.put(name, new Artifact((Value.Mapping) one)));
        for (long key : longs(json, "queue")) {
            state.queue.add(key);
        }
        json.mapAt("kept")
                .fields()
                .forEach((name, one) -> state.kept.put(name, RetainedOutputs.of((Value.Mapping) one)));
        json.mapAt("earlier")
                .fields()
                .keySet()
                .forEach(name ->
                        state.earlier.put(
                                name,
                                new ArrayList<>(
                                        json.mapAt("earlier").listAt(name).stream()
                                                .map(Json::text)
                                                .map(AttemptId::new)
                                                .toList())));
        state.locks = locks(json);
        state.labelled = json.find("labelled").isPresent();
        for (var one : json.listAt("nodes")) {
            node(state, (Value.Mapping) one);
        }
        return state;
    }

    private static Value node(Node node) {
        return Value.object(
                "name", node.name,
                "type", node.type.name(),
                "template", node.template,
                "place",
                        numbers(
                                node.boundary,
                                node.parent,
                                node.ordinal,
                                node.item,
                                node.depth,
                                node.group,
                                node.open,
                                node.active,
                                node.failures),
                "role", node.role.name(),
                "inputs", node.inputs.isEmpty() ? null : node.inputs,
                "targets", node.targets.isEmpty() ? null : node.targets,
                "artifacts", RunFacts.artifacts(node.artifacts),
                "staged", node.staged ? true : null,
                "ending", node.ending == null ? null : StepCodec.ending(node.ending),
                "broken", node.broken < 0 ? null : node.broken,
                "phase", node.phase.name(),
                "message", node.message.isEmpty() ? null : node.message,
                "times", numbers(node.startedMicros, node.finishedMicros, node.waitsUntilMicros, node.ranMicros),
                "outputs", node.outputs.equals(Outputs.NONE) ? null : node.outputs.json(),
                "order", node.order == null ? null : StepCodec.order(node.order),
                "attempt", node.attempt == null ? null : node.attempt.text(),
                "attempts", node.attempts == 0 ? null : node.attempts,
                "program", node.program.isEmpty() ? null : node.program,
                "image", node.image.isEmpty() ? null : node.image,
                "progress", node.progress.isEmpty() ? null : node.progress,
                "cpuMicros", node.cpuMicros == 0 ? null : node.cpuMicros,
                "peakBytes", node.peakBytes == 0 ? null : node.peakBytes,
                "address", node.address.isEmpty() ? null : node.address,
                "daemoned", node.daemoned ? true : null,
                "cancelled", node.cancelled,
                "settled", node.settled ? true : null,
                "tries", node.tries == null ? null : node.tries,
                "locks", node.locks == null ? null : locks(node.locks),
                "memo",
                        node.memo == null
                                ? null
                                : Value.object(
                                        "cache", node.memo.cache(),
                                        "key", node.memo.key(),
                                        "answered", node.memo.answered(),
                                        "hit", node.memo.hit()),
                "lockRefused", node.lockRefused ? true : null,
                "slots", node.slots == null ? null : slots(node.slots));
    }

    private static Value locks(Locks locks) {
        return Value.object(
                "names",
                Value.list(locks.names().stream().map(RunFacts::lock).toList()),
                "asked",
                locks.askedMicros(),
                "held",
                locks.held(),
                "waiting",
                locks.waiting(),
                "holders",
                locks.holders());
    }

    private static @Nullable Locks locks(Value.Mapping owner) {
        if (owner.find("locks").isEmpty()) {
            return null;
        }
        var json = owner.mapAt("locks");
        return new Locks(
                json.listAt("names").stream().map(RunFacts::lock).toList(),
                longs(Value.object("asked", Value.list(List.of(json.find("asked").orElseThrow()))), "asked")[0],
                json.find("held").filter(Value.bool(true)::equals).isPresent(),
                RunFacts.text(json, "waiting"),
                json.listAt("holders").stream().map(Json::text).toList());
    }

    private static Value slots(Slots slots) {
        var all = new ArrayList<Value>();
        slots.touched((ordinal, slot) ->
                all.add(
                        Value.object(
                                "ordinal",
                                ordinal,
                                "items",
                                slot.items,
                                "state",
                                numbers(slot.next, slot.open, slot.node, slot.settled ? 1 : 0),
                                "children",
                                numbers(Arrays.stream(slot.children, 0, slot.childCount).asLongStream().toArray()))));
        return Value.object("waiting", numbers(Arrays.stream(slots.waiting).asLongStream().toArray()), "all", all);
    }

    private static void node(RunState state, Value.Mapping json) {
        var place = longs(json, "place");
        var times = longs(json, "times");
        var began =
                new RunFact.NodeBegan(
                        RunFacts.text(json, "name"),
                        NodeType.valueOf(RunFacts.text(json, "type")),
                        RunFacts.text(json, "template"),
                        (int) place[0],
                        (int) place[1],
                        (int) place[2],
                        (int) place[3],
                        Role.valueOf(RunFacts.text(json, "role")),
                        RunFacts.texts(json.mapAt("inputs")),
                        "",
                        json.listAt("targets").stream().map(Json::text).toList(),
                        RunFacts.artifacts(json));
        var node =
                new Node(
                        state.nodes.size(),
                        began,
                        NodePhase.valueOf(RunFacts.text(json, "phase")),
                        times[0],
                        (int) place[4]);
        node.group = (int) place[5];
        node.open = (int) place[6];
        node.active = (int) place[7];
        node.failures = (int) place[8];
        node.broken = RunFacts.whole(json, "broken");
        node.message = RunFacts.text(json, "message");
        node.finishedMicros = times[1];
        node.waitsUntilMicros = times[2];
        node.outputs = json.find("outputs").isPresent() ? Outputs.of(json.mapAt("outputs")) : Outputs.NONE;
        node.order = json.find("order").isPresent() ? StepCodec.order(json.mapAt("order")) : null;
        node.ending = json.find("ending").isPresent() ? StepCodec.ending(json.mapAt("ending")) : null;
        node.attempt = json.textAt("attempt").map(AttemptId::new).orElse(null);
        node.attempts = Math.max(0, RunFacts.whole(json, "attempts"));
        // versions before there were artifacts did not say it
        node.staged = json.find("staged").isPresent() || (node.attempts > 0 && node.artifacts.isEmpty());
        node.program = RunFacts.text(json, "program");
        node.image = RunFacts.text(json, "image");
        node.progress = RunFacts.text(json, "progress");
        node.cpuMicros = RunFacts.large(json, "cpuMicros");
        node.peakBytes = RunFacts.large(json, "peakBytes");
        node.address = RunFacts.text(json, "address");
        node.daemoned = json.find("daemoned").isPresent();
        node.ranMicros = times[3];
        node.cancelled = json.textAt("cancelled").orElse(null);
        node.settled = json.find("settled").isPresent();
        node.locks = locks(json);
        if (json.find("memo").isPresent()) {
            var memo = json.mapAt("memo");
            node.memo =
                    new Memo(
                            RunFacts.text(memo, "cache"),
                            RunFacts.text(memo, "key"),
                            memo.find("answered").filter(Value.bool(true)::equals).isPresent(),
                            memo.find("hit").filter(Value.bool(true)::equals).isPresent());
        }
        node.lockRefused = json.find("lockRefused").isPresent();
        for (long one : longs(json, "tries")) {
            node.addTry((int) one);
        }
        if (json.find("slots").isPresent()) {
            node.slots = slots(json.mapAt("slots"));
            state.restoreWanted(node);
        }
        state.nodes.add(node);
        if (node.type == NodeType.RETRY && node.daemoned) {
            state.daemonRetries.add(node.index);
        }
        if (node.role == Role.PART) {
            state.node(node.parent).addPart(node.index);
        }
        state.restored(node);
        if (node.type == NodeType.STEP_GROUP) {
            state.node(node.parent).groupNode = node.index;
        }
        if (node.order != null) {
            state.openPods.add(node.index);
            if (!node.address.isEmpty()) {
                state.daemons.add(node.index);
            }
        }
        if (node.type == NodeType.SUSPEND && node.phase == NodePhase.RUNNING) {
            state.suspended.add(node.index);
        }
    }

    private static Slots slots(Value.Mapping json) {
        var waiting = longs(json, "waiting");
        var slots = new Slots(waiting.length);
        for (int i = 0; i < waiting.length; i++) {
            slots.waiting[i] = (int) waiting[i];
        }
        for (var one : json.listAt("all")) {
            var slot = slots.at(RunFacts.whole(one, "ordinal"));
            slot.items = one.find("items").isPresent() ? one.listAt("items") : null;
            var numbers = longs(one, "state");
            slot.next = (int) numbers[0];
            slot.open = (int) numbers[1];
            slot.node = (int) numbers[2];
            slot.settled = numbers[3] == 1;
            for (long child : longs(one, "children")) {
                slot.addChild((int) child);
            }
        }
        return slots;
    }

    private static Value numbers(long... numbers) {
        return Value.list(Arrays.stream(numbers).mapToObj(Value::number).toList());
    }

    private static long[] longs(Value json, String field) {
        return json.listAt(field).stream()
                .mapToLong(one -> one instanceof Value.Number(var literal, _) ? Long.parseLong(literal) : 0)
                .toArray();
    }

    private static Value.Mapping mapping(Map<String, Value> fields) {
        return new Value.Mapping(fields, Map.of(), Position.NONE);
    }
}
