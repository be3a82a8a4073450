package tiphys.engine.run.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tiphys.engine.AttemptId;
import tiphys.engine.Measure;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.Transfer;
import tiphys.engine.lock.LockName;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.Entry;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Tells what was recorded of a run as sentences, one for each fact. Entries are told in the order of their stream, from its
/// first on.
public final class Explanation {
    private static final int LONGEST = 300;

    private final List<String> names = new ArrayList<>();
    private String workflow = "";

    /// A sentence.
    ///
    /// @param nodeId the node it is about; empty if it is about the run
    /// @param facts the values in it, for programs
    public record Item(long sequence, Instant at, String nodeId, String what, Value.Mapping facts) {}

    /// What an entry says.
    public Item tell(Entry entry) {
        var fact = RunFacts.decode(entry);
        var type = entry.type();
        type = type.substring(type.indexOf('.') + 1, type.indexOf('/'));
        return switch (fact) {
            case RunFact.Observed(var object, var host) -> {
                workflow = object.textAt("metadata", "name").orElse("");
                yield run(entry, "the Workflow " + workflow + " was seen", "type", type, "host", host);
            }
            case RunFact.Asked(var need) -> run(entry, "asked for " + named(need), "type", type);
            case RunFact.Supplied supplied ->
                    run(entry, answer(supplied), "type", type, "version", supplied.revision());
            case RunFact.Started(_, var parameters) ->
                    run(entry, "the run began" + with(parameters), "type", type, "parameters", parameters);
            case RunFact.Labelled(var labels, var annotations) ->
                    run(
                            entry,
                            "the Workflow gets the labels " + labels + " and the annotations " + annotations,
                            "type",
                            type,
                            "labels",
                            labels,
                            "annotations",
                            annotations);
            case RunFact.NodeBegan began -> {
                names.add(began.name());
                yield node(
                        entry,
                        names.size() - 1,
                        began(began),
                        "type",
                        type,
                        "why",
                        began.why(),
                        "inputs",
                        began.inputs());
            }
            case RunFact.Expanded(var owner, var ordinal, var items) ->
                    node(
                            entry,
                            owner,
                            "a loop has "
                                    + items.size()
                                    + " items: "
                                    + cut(items.stream().limit(20).map(Json::text).collect(Collectors.joining(", "))),
                            "type",
                            type,
                            "ordinal",
                            ordinal,
                            "items",
                            items.size());
            case RunFact.LocksAsked(var index, var locks) ->
                    any(
                            entry,
                            index,
                            "needs "
                                    + (locks.size() == 1 ? "the lock " : "the locks ")
                                    + locks.stream().map(LockName::text).collect(Collectors.joining(", ")),
                            "type",
                            type);
            case RunFact.LocksAwaited(var index, var lock, var free, var limit, var holders) ->
                    any(
                            entry,
                            index,
                            "waits for the lock "
                                    + lock.text()
                                    + ", of which "
                                    + free
                                    + " of "
                                    + limit
                                    + (limit == 1 ? " is free" : " are free")
                                    + (holders.isEmpty() ? "" : "; held by " + String.join(", ", holders)),
                            "type",
                            type,
                            "lock",
                            lock.text(),
                            "holders",
                            holders);
            case RunFact.LocksGranted(var index) -> any(entry, index, "holds what it needs", "type", type);
            case RunFact.LocksRefused(var index, var why) ->
                    any(entry, index, "cannot have what it needs: " + why, "type", type);
            case RunFact.LocksReleased(var index) ->
                    any(entry, index, "gave back its locks, or waits for them no more", "type", type);
            case RunFact.CacheAsked(var index, var cache, var key) ->
                    node(
                            entry,
                            index,
                            "is looked up in the cache " + cache + " under " + key,
                            "type",
                            type,
                            "cache",
                            cache,
                            "key",
                            key);
            case RunFact.CacheAnswered(var index, var hit, var by) ->
                    node(
                            entry,
                            index,
                            hit ? "has a result that " + by + " gave: nothing runs" : "has no result that is kept",
                            "type",
                            type,
                            "hit",
                            hit);
            case RunFact.CacheStored(var index) ->
                    node(entry, index, "gave a result that is kept for others", "type", type);
            case RunFact.Queued(var owner, _, var why) ->
                    node(entry, owner, "what is next in it waits: " + why, "type", type, "why", why);
            case RunFact.NodeChanged(var index, var phase, var message) ->
                    node(
                            entry,
                            index,
                            "is " + phase.text() + (message.isEmpty() ? "" : ": " + cut(message)),
                            "type",
                            type,
                            "phase",
                            phase.text());
            case RunFact.NodeSupplied(var index, var outputs, var message, var user) ->
                    node(
                            entry,
                            index,
                            "was given"
                                    + (outputs.isEmpty() ? "" : " outputs" + with(outputs).substring(" with".length()))
                                    + (message.isEmpty() ? "" : " the message: " + cut(message))
                                    + by(user),
                            "type",
                            type);
            case RunFact.NodeEnded(var index, var phase, var message, var outputs, var hooks) ->
                    node(
                            entry,
                            index,
                            ended(phase, message) + gave(outputs) + (hooks > 0 ? "; its hooks follow" : ""),
                            "type",
                            type,
                            "phase",
                            phase.text(),
                            "message",
                            cut(message));
            case RunFact.StepOrdered(var index, var order) ->
                    node(
                            entry,
                            index,
                            ordered(order),
                            "type",
                            type,
                            "attempt",
                            order.attempt().text(),
                            "image",
                            order.template().image(),
                            "pod",
                            order.podName());
            case RunFact.StepStarted(var index, var attempt, var at, var program) ->
                    attempt(
                            entry,
                            index,
                            attempt,
                            "its process runs: " + program,
                            "type",
                            type,
                            "program",
                            program,
                            "startedAt",
                            at.toString());
            case RunFact.StepReady(var index, var attempt, var at, var address) ->
                    attempt(
                            entry,
                            index,
                            attempt,
                            "it answers at " + address + ": what waited for it goes on, and it goes on beside it",
                            "type",
                            type,
                            "address",
                            address,
                            "readyAt",
                            at.toString());
            case RunFact.StepEnded(var index, var attempt, var at, var ending) ->
                    attempt(entry, index, attempt, ended(ending), "type", type, "endedAt", at.toString());
            case RunFact.OutputsLeft(var index, var attempt, var at, var ending) ->
                    attempt(
                            entry,
                            index,
                            attempt,
                            ended(ending) + "; its artifacts are saved",
                            "type",
                            type,
                            "endedAt",
                            at.toString());
            case RunFact.ArtifactsDeleted(var index, var names) ->
                    node(entry, index, "had its artifacts deleted: " + String.join(", ", names), "type", type);
            case RunFact.ArtifactsStay(var problems) ->
                    run(entry, "artifacts could not be deleted: " + cut(String.join("; ", problems)), "type", type);
            case RunFact.ArtifactsMoved(var index, var transfer) ->
                    attempt(
                            entry,
                            index,
                            transfer.attempt(),
                            moved(transfer),
                            "type",
                            type,
                            "direction",
                            transfer.direction().name().toLowerCase(Locale.ROOT),
                            "bytes",
                            transfer.moved().stream().mapToLong(Transfer.Moved::bytes).sum());
            case RunFact.Progressed(var index, var progress) ->
                    node(entry, index, "says that it is at " + progress, "type", type, "progress", progress);
            case RunFact.Used(var index, var cpu, var peak) ->
                    node(
                            entry,
                            index,
                            "used "
                                    + Math.round(cpu / 1e4) / 1e2
                                    + " s of a processor and "
                                    + (peak >> 20)
                                    + " MiB of memory",
                            "type",
                            type,
                            "cpuMicros",
                            cpu,
                            "peakBytes",
                            peak);
            case RunFact.Measured(var index, var measures, var flaws) ->
                    any(entry, index, measured(measures, flaws), "type", type);
            case RunFact.CancelWanted(var index, var attempt, var why) ->
                    attempt(entry, index, attempt, "is being ended: " + why, "type", type, "why", why);
            case RunFact.Waits(var index, var until, var message) ->
                    node(
                            entry,
                            index,
                            "waits until " + until + (message.isEmpty() ? "" : ": " + message),
                            "type",
                            type,
                            "until",
                            until.toString());
            case RunFact.SuspendChanged(var suspended, var user) ->
                    run(
                            entry,
                            (suspended ? "the run was suspended: nothing new begins" : "the run was resumed")
                                    + by(user),
                            "type",
                            type);
            case RunFact.ShutdownWanted(var shutdown, var message, var user) ->
                    run(
                            entry,
                            "the run is being ended with strategy "
                                    + shutdown.text()
                                    + by(user)
                                    + (message.isEmpty() ? "" : ": " + message),
                            "type",
                            type,
                            "strategy",
                            shutdown.text());
            case RunFact.HostChanged(var host) ->
                    run(entry, "the host was started anew: what ran on it before is lost", "type", type, "host", host);
            case RunFact.ObjectGone _ -> run(entry, "the Workflow object was deleted", "type", type);
            case RunFact.DeadlinePassed _ ->
                    run(entry, "the run's activeDeadlineSeconds passed: its steps are ended", "type", type);
            case RunFact.Restarted(var user, var again) -> {
                names.clear();
                var kept = again.isEmpty() ? "what succeeded is kept" : again(again.get());
                yield run(entry, "the run is retried" + by(user) + ": " + kept, "type", type);
            }
            case RunFact.Ended(var phase, var message) ->
                    run(
                            entry,
                            "the run ended " + phase.text() + (message.isEmpty() ? "" : ": " + cut(message)),
                            "type",
                            type,
                            "phase",
                            phase.text());
        };
    }

    private static String measured(List<Measure> measures, List<String> flaws) {
        var names = measures.stream().map(Measure::name).distinct().toList();
        var what = names.isEmpty() ? "" : "gave values to the metrics " + String.join(", ", names);
        var not = flaws.isEmpty() ? "" : "could not give some: " + cut(String.join(", ", flaws));
        return what + (what.isEmpty() || not.isEmpty() ? "" : ", and ") + not;
    }

    private static Item run(Entry entry, String what, Object... facts) {
        return new Item(entry.sequence(), entry.at(), "", what, Value.object(facts));
    }

    /// About a node, or with -1 about the run.
    private Item any(Entry entry, int index, String what, Object... facts) {
        return index < 0 ? run(entry, "the run " + what, facts) : node(entry, index, what, facts);
    }

    private Item node(Entry entry, int index, String what, Object... facts) {
        var name = names.get(index);
        return new Item(
                entry.sequence(),
                entry.at(),
                NodeNames.id(workflow, name),
                name + " " + what,
                Value.object(facts).with("node", name));
    }

    private Item attempt(Entry entry, int index, AttemptId attempt, String what, Object... facts) {
        var item = node(entry, index, what, facts);
        return new Item(
                item.sequence(), item.at(), item.nodeId(), item.what(), item.facts().with("attempt", attempt.text()));
    }

    private static String named(Need need) {
        return switch (need) {
            case Need.Template(_, var name) -> "the WorkflowTemplate " + name;
            case Need.Templates(_, var pattern) -> "the WorkflowTemplates " + pattern;
            case Need.ConfigMapKey(_, var name, var key) -> "the key " + key + " of the ConfigMap " + name;
            case Need.Defaults _ -> "the workflowDefaults of the ConfigMap workflow-controller-configmap";
            case Need.Earlier(_, var uid) -> "what the run " + uid + " gave, which need not be done again";
            case Need.Images _ -> "the rules for images";
            case Need.Turn _ -> "its turn, for no more Workflows may go on at once than the controller's settings say";
            case Need.Fitness _ -> "what the executor cannot run of it";
            case Need.Repository _ -> "the artifact repository";
        };
    }

    private static String answer(RunFact.Supplied supplied) {
        if (supplied.need() instanceof Need.Turn) {
            return "it is its turn";
        }
        if (supplied.need() instanceof Need.Earlier
                && supplied.content().orElse(Value.nothing()) instanceof Value.Mapping gave) {
            return gave.fields().size() + " steps keep what they gave in the run that it is made of";
        }
        if (supplied.need() instanceof Need.Fitness) {
            var refusals = supplied.content().orElse(Value.nothing());
            return refusals instanceof Value.Sequence(var all, _) && !all.isEmpty()
                    ? "the executor cannot run it: " + all.stream().map(Json::text).collect(Collectors.joining("; "))
                    : "the executor can run it, as far as is known before it starts";
        }
        return supplied.content().isEmpty()
                ? "there is no such thing: " + named(supplied.need())
                : named(supplied.need()) + " was read at version " + supplied.revision() + " and is kept for this run";
    }

    private static String with(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : " with "
                        + parameters.entrySet().stream()
                                .map(one -> one.getKey() + "=" + cut(one.getValue()))
                                .collect(Collectors.joining(", "));
    }

    private static String began(RunFact.NodeBegan began) {
        var what =
                switch (began.role()) {
                    case TOP -> "began";
                    case TRY -> "began";
                    case HOOK -> "began as a hook";
                    case PART -> "began with its pod";
                    case CHILD -> began.type() == NodeType.SKIPPED ? "was looked at" : "began";
                };
        return what + (began.why().isEmpty() ? "" : ": " + began.why()) + inputs(began.inputs());
    }

    private static String inputs(Map<String, String> inputs) {
        return inputs.isEmpty() ? "" : "; inputs" + with(inputs).substring(" with".length());
    }

    private static String ended(NodePhase phase, String message) {
        var because = message.isEmpty() ? "" : ": " + cut(message);
        return switch (phase) {
            case SKIPPED -> "was skipped" + because;
            case OMITTED -> "was left out" + because;
            case PENDING, RUNNING, SUCCEEDED, FAILED, ERROR -> "ended " + phase.text() + because;
        };
    }

    private static String gave(Outputs outputs) {
        return (outputs.parameters().isEmpty()
                        ? ""
                        : "; outputs" + with(outputs.parameters()).substring(" with".length()))
                + outputs.result().filter(text -> !text.isEmpty()).map(text -> "; result " + cut(text)).orElse("");
    }

    private static String ordered(StepOrder order) {
        var served = new tiphys.manifest.workflow.Template(order.template().json());
        if (served.served()) {
            return "was ordered as attempt "
                    + order.attempt()
                    + ": "
                    + served.type().map(type -> type.field()).orElse("")
                    + ", which the server does itself"
                    + order.deadline().map(at -> ", to end by " + at).orElse("");
        }
        return "was ordered as attempt "
                + order.attempt()
                + ": image "
                + order.template().image()
                + ", "
                + cut(String.join(" ", order.template().command()) + " " + String.join(" ", order.template().args()))
                        .strip()
                + order.deadline().map(at -> ", to end by " + at).orElse("");
    }

    private static String ended(StepReport.Ending ending) {
        return switch (ending) {
            case StepReport.Ending.Exited(var code, _, _) -> "its process ended with exit code " + code;
            case StepReport.Ending.GroupExited(var containers, _, _) ->
                    "its processes ended: "
                            + containers.stream()
                                    .map(one ->
                                            one.name()
                                                    + " with exit code "
                                                    + one.code()
                                                    + (one.message().isEmpty() ? "" : " (" + one.message() + ")"))
                                    .collect(java.util.stream.Collectors.joining(", "));
            case StepReport.Ending.Signalled(var signal) -> "its process was ended by signal " + signal;
            case StepReport.Ending.OutOfMemory _ -> "its process was ended, for it took more memory than its limit";
            case StepReport.Ending.DeadlineExceeded _ -> "its process was ended at its deadline";
            case StepReport.Ending.OutputsRefused(var code, var why) ->
                    "ended with exit code " + code + ", but its outputs cannot be read: " + why;
            case StepReport.Ending.Cancelled _ -> "its process was ended, as was asked";
            case StepReport.Ending.Served(var outcome, var why, _, _, _) ->
                    "the server did it, and it came to "
                            + outcome.name().toLowerCase(java.util.Locale.ROOT)
                            + (why.isEmpty() ? "" : ": " + cut(why));
            case StepReport.Ending.Lost(var reason) -> "its attempt is lost, and nobody knows how it ended: " + reason;
            case StepReport.Ending.NotStarted(var why) -> "did not start: " + why;
        };
    }

    private static String moved(Transfer transfer) {
        var names =
                transfer.moved().stream()
                        .map(one -> one.name() + " (" + one.bytes() + " bytes)")
                        .collect(Collectors.joining(", "));
        var what =
                transfer.direction() == Transfer.Direction.IN
                        ? "has its artifacts in place"
                        : "has its artifacts saved";
        return switch (transfer.result()) {
            case DONE -> what + (names.isEmpty() ? "" : ": " + names);
            case DEADLINE -> "reached its deadline while its artifacts were moved";
            case FAILED ->
                    "could not have its artifacts moved: "
                            + cut(String.join("; ", transfer.problems()))
                            + (names.isEmpty() ? "" : "; moved were " + names);
        };
    }

    private static String again(RunFact.Again again) {
        var with =
                again.parameters().isEmpty()
                        ? ""
                        : ", with " + String.join(", ", again.parameters().keySet()) + " anew";
        return (again.nodes().isEmpty() ? "nothing runs again" : again.nodes().size() + " nodes run again") + with;
    }

    private static String by(String user) {
        return user.isEmpty() ? "" : " by " + user;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
