package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.validate.UnsupportedFields;
import tiphys.engine.run.validate.Validation;
import tiphys.engine.run.validate.WorkflowLint;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What each command does.
public final class ControlRules {
    private final Decider deciding;
    private final RunState state;

    ControlRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    Decision handle(RunCommand command) {
        var refusal =
                switch (command) {
                    case RunCommand.Observed(var workflow, var host, var rules) -> observed(workflow, host, rules);
                    case RunCommand.Gone _ -> gone();
                    case RunCommand.Supplied(var need, var content, var revision) -> supplied(need, content, revision);
                    case RunCommand.LocksAnswered(var ticket, var answer) -> {
                        deadline();
                        deciding.locks.answered(ticket, answer);
                        yield Optional.<String>empty();
                    }
                    case RunCommand.CacheAnswered(var era, var node, var kept) -> {
                        deciding.memo.answered(era, node, kept);
                        yield Optional.<String>empty();
                    }
                    case RunCommand.Report(var report) -> {
                        deadline();
                        deciding.leaves.report(report);
                        yield Optional.<String>empty();
                    }
                    case RunCommand.Moved(var transfer) -> {
                        deadline();
                        deciding.leaves.moved(transfer);
                        yield Optional.<String>empty();
                    }
                    case RunCommand.Deleted(var names, var problems) -> deleted(names, problems);
                    case RunCommand.Tick _ -> tick();
                    case RunCommand.Stop(var selector, var message, var user) ->
                            selector.isBlank()
                                    ? shutdown(Shutdown.STOP, message, user)
                                    : new SuspendRules(deciding)
                                            .set(new RunCommand.Set(selector, "Failed", message, Map.of(), user));
                    case RunCommand.Terminate(var user) -> shutdown(Shutdown.TERMINATE, "", user);
                    case RunCommand.Suspend(var user) -> suspend(user);
                    case RunCommand.Resume(var selector, var user) -> resume(selector, user);
                    case RunCommand.Set set -> new SuspendRules(deciding).set(set);
                    case RunCommand.Retry wish -> retry(wish);
                    case RunCommand.DeletePod(var pod) -> deciding.leaves.deletePod(pod);
                };
        if (refusal.isPresent()) {
            return new Decision.Refused(refusal.get());
        }
        return new Decision.Accepted(deciding.finish());
    }

    private Optional<String> observed(Value.Mapping workflow, String host, RunCommand.Rules rules) {
        var spec = new WorkflowSpec(workflow.mapAt("spec"));
        if (state.workflow.fields().isEmpty()) {
            deciding.emit(new RunFact.Observed(workflow, host));
            if (rules.turn()) {
                ask(new Need.Turn(state.namespace, RunState.micros(deciding.at)));
            } else {
                askFor(rules.defaults(), rules.images());
            }
            return Optional.empty();
        }
        if (state.ended) {
            return Optional.empty();
        }
        if (!host.equals(state.host)) {
            deciding.emit(new RunFact.HostChanged(host));
        }
        if (spec.suspend() != state.suspend) {
            if (spec.suspend()) {
                deciding.emit(new RunFact.SuspendChanged(true, ""));
            } else {
                resume("", "");
            }
        }
        if (!spec.shutdown().isEmpty() && state.shutdown == Shutdown.NONE) {
            shutdown(spec.shutdown().equals("Terminate") ? Shutdown.TERMINATE : Shutdown.STOP, "", "");
        }
        return Optional.empty();
    }

    /// Asks for what the whole spec is made of.
    private void askFor(boolean defaults, boolean images) {
        if (images) {
            ask(new Need.Images(state.namespace));
        }
        if (defaults) {
            ask(new Need.Defaults(state.namespace));
        }
        new WorkflowSpec(state.workflow.mapAt("spec"))
                .workflowTemplateRef()
                .ifPresent(library -> ask(template(library)));
        deciding.later(this::prepare);
    }

    private Need template(String library) {
        return Need.Template.of(state.namespace, library);
    }

    private void ask(Need need) {
        if (!state.pending.contains(need) && !state.supplied.containsKey(need)) {
            deciding.emit(new RunFact.Asked(need));
        }
    }

    private Optional<String> supplied(Need need, Optional<Value> content, String revision) {
        if (state.pending.contains(need) && !state.ended) {
            deciding.emit(new RunFact.Supplied(need, content, revision));
            if (need instanceof Need.Defaults) {
                DefaultRules.metadata(state).ifPresent(deciding::emit);
            }
            if (need instanceof Need.Turn) {
                askFor(true, true); // whoever waited for a turn has settings, and they may have changed meanwhile
            }
            deciding.later(this::prepare);
        }
        return Optional.empty();
    }

    /// Asks for what is still missing, and starts the run once everything is there.
    private void prepare() {
        if (state.started || state.ended || !state.pending.isEmpty() || state.locks != null) {
            return;
        }
        var flaw = DefaultRules.flaw(state);
        if (flaw.isPresent()) {
            deciding.emit(new RunFact.Ended(NodePhase.ERROR, flaw.get()));
            return;
        }
        var forbidden = Restrictions.forbids(DefaultRules.templateReferencing(state), state.workflow.mapAt("spec"));
        if (forbidden.isPresent()) {
            deciding.emit(new RunFact.Ended(NodePhase.ERROR, forbidden.get()));
            return;
        }
        var missing = Optional.<String>empty();
        for (var answer : state.supplied.values()) {
            if (answer.content().isEmpty() && answer.need() instanceof Need.Template wanted) {
                var kind = wanted.clusterWide() ? "clusterworkflowtemplates" : "workflowtemplates";
                var why = kind + ".argoproj.io \"" + wanted.name() + "\" not found";
                var run = new WorkflowSpec(state.workflow.mapAt("spec")).workflowTemplateRef();
                if (run.equals(Optional.of(wanted.library()))) {
                    deciding.emit(new RunFact.Ended(NodePhase.ERROR, why));
                    return;
                }
                missing = missing.or(() -> Optional.of(why)); // whoever calls it is told first
            }
        }
        var spec = joined(state);
        var unsupported = new ArrayList<>(Validation.referring(state.workflow.mapAt("spec")));
        new UnsupportedFields(unsupported).spec(spec);
        new UnsupportedFields(unsupported).reference(state.workflow.mapAt("spec"));
        if (!unsupported.isEmpty()) {
            invalid(unsupported.getFirst().message());
            return;
        }
        for (var answer : state.supplied.values()) {
            if (answer.need() instanceof Need.Templates
                    && answer.content().orElse(Value.nothing()) instanceof Value.Text(var why, _)) {
                invalid(why);
                return;
            }
        }
        Map<String, Value> values = new LinkedHashMap<>();
        RunScope.values(spec).forEach((name, value) -> values.put("workflow.parameters." + name, Value.text(value)));
        var parameters = Scope.of(values);
        var references = new LinkedHashSet<>(Library.references(spec));
        state.suppliedTemplates().values().forEach(one -> references.addAll(Library.references(one)));
        for (var name : references) {
            var known = Tags.replace(name, parameters, Unresolved.KEEP, Budget.standard());
            ask(known.contains("{{") ? Need.Templates.of(state.namespace, known) : template(known));
        }
        configMapKeys(spec);
        repository(spec);
        if (!state.pending.isEmpty()) {
            return;
        }
        for (var answer : state.supplied.values()) {
            if (answer.need() instanceof Need.Repository
                    && answer.content().orElse(Value.nothing()) instanceof Value.Text(var why, _)) {
                deciding.emit(new RunFact.Ended(NodePhase.ERROR, "failed to get artifact repository: " + why));
                return;
            }
        }
        var problems =
                new ArrayList<Diagnostic>(
                        Validation.check(
                                state.workflow.mapAt("metadata"), spec, state.suppliedTemplates(), Validation.Use.RUN));
        problems.addAll(new Probes(state, spec).unsupported());
        problems.removeIf(one -> one.severity() == Diagnostic.Severity.WARNING);
        if (!problems.isEmpty()) {
            invalid(problems.getFirst().message());
            return;
        }
        if (missing.isPresent()) {
            invalid(missing.get());
            return;
        }
        if (fit(spec) && begunBefore() && !deciding.locks.waits(spec)) {
            start(spec);
        }
    }

    /// Whether the executor can honour what is known of the steps; asks if that was not asked yet.
    private boolean fit(WorkflowSpec spec) {
        var need = new Need.Fitness(state.namespace);
        var answer = state.supplied.get(need);
        if (answer == null) {
            if (new Probes(state, spec).all().isEmpty()) {
                return true;
            }
            ask(need);
            return false;
        }
        if (answer.content().orElse(Value.nothing()) instanceof Value.Sequence(var refusals, _)
                && !refusals.isEmpty()) {
            invalid(String.join("; ", refusals.stream().map(Json::text).toList()));
            return false;
        }
        return true;
    }

    /// Whether it is known with what a memoized resubmission begins; asks if that was not asked yet.
    private boolean begunBefore() {
        var uid = state.workflow.textAt("metadata", "annotations", Need.Earlier.ANNOTATION);
        if (uid.isEmpty()) {
            return true;
        }
        var need = new Need.Earlier(state.namespace, uid.get());
        var answer = state.supplied.get(need);
        if (answer == null) {
            ask(need);
            return false;
        }
        if (answer.content().orElse(Value.nothing()) instanceof Value.Text(var why, _)) {
            deciding.emit(new RunFact.Ended(NodePhase.ERROR, why));
            return false;
        }
        return true;
    }

    private void configMapKeys(WorkflowSpec spec) {
        var parameters = new ArrayList<>(spec.arguments());
        spec.templates().forEach(template -> parameters.addAll(template.inputs()));
        state.suppliedTemplates()
                .values()
                .forEach(library -> library.templates().forEach(template -> parameters.addAll(template.inputs())));
        var values = RunScope.values(spec);
        for (var parameter : parameters) {
            ConfigMapKeys.need(state, parameter, values).ifPresent(this::ask);
        }
    }

    /// The artifact repository, if anything of the run can lie in it.
    private void repository(WorkflowSpec spec) {
        var templates = new ArrayList<>(spec.templates());
        state.suppliedTemplates().values().forEach(library -> templates.addAll(library.templates()));
        var uses =
                spec.json().find("artifactRepositoryRef").isPresent()
                        || spec.json().find("archiveLogs").isPresent()
                        || PodFields.wanted(
                                state) // what keeps the logs of pods, if a repository says that they are kept
                        || templates.stream().anyMatch(ControlRules::handlesArtifacts);
        if (uses) {
            ask(
                    new Need.Repository(
                            state.namespace,
                            spec.json().textAt("artifactRepositoryRef", "configMap").orElse(""),
                            spec.json().textAt("artifactRepositoryRef", "key").orElse("")));
        }
    }

    private Optional<String> deleted(Map<Integer, List<String>> names, List<String> problems) {
        if (state.ended) {
            names.forEach((node, all) -> {
                if (node < state.nodes.size()) {
                    deciding.emit(new RunFact.ArtifactsDeleted(node, all));
                }
            });
            if (!problems.isEmpty()) {
                deciding.emit(new RunFact.ArtifactsStay(problems));
            }
        }
        return Optional.empty();
    }

    private static boolean handlesArtifacts(Template template) {
        return !template.inputArtifacts().isEmpty()
                || !template.outputArtifacts().isEmpty()
                || template.json().find("data").isPresent()
                || template.json().find("archiveLocation").isPresent();
    }

    private void invalid(String why) {
        deciding.emit(new RunFact.Ended(NodePhase.FAILED, "invalid spec: " + why));
    }

    /// The spec that is run: the workflow's own over that of the template it refers to, over what every workflow has.
    public static WorkflowSpec joined(RunState state) {
        var own = state.workflow.mapAt("spec");
        var name = new WorkflowSpec(own).workflowTemplateRef();
        if (name.isEmpty()) {
            return new WorkflowSpec(DefaultRules.under(state, own));
        }
        var template = state.suppliedTemplates().get(name.get());
        var base = template == null ? Value.Mapping.EMPTY : template.json();
        return WorkflowLint.joined(own, new WorkflowSpec(DefaultRules.under(state, base)));
    }

    /// `workflow.parameters` before the run begins, as far as the spec says them.
    public static Map<String, String> parameters(RunState state) {
        return RunScope.values(joined(state));
    }

    private void start(WorkflowSpec spec) {
        var values = RunScope.values(spec);
        for (var argument : spec.arguments()) {
            if (values.containsKey(argument.name()) || argument.configMapKey().isEmpty()) {
                argument.valueFromDefault().ifPresent(value -> values.putIfAbsent(argument.name(), value));
                continue;
            }
            try {
                values.put(argument.name(), ConfigMapKeys.value(state, argument, values));
            } catch (EvaluationFailed e) {
                var key = argument.configMapKey().get();
                var why =
                        "failed to set global parameters: failed to set global parameter %s from configmap with name %s and key %s: %s"
                                .formatted(argument.name(), key.name(), key.key(), e.getMessage());
                deciding.emit(new RunFact.Ended(NodePhase.FAILED, why));
                return;
            }
        }
        deciding.emit(new RunFact.Started(spec.json(), values));
        if (new MetadataRules(deciding).apply(spec)) {
            deciding.metrics.runBegan();
            if (!state.suspend) {
                beginRoot();
            }
        }
    }

    /// The run has its locks: it begins, or begins again.
    void goOn() {
        if (!state.started) {
            start(joined(state));
        } else if (!state.suspend) {
            beginRoot();
        }
    }

    private void beginRoot() {
        if (state.waitsForLocks(-1)) {
            return;
        }
        var entry = new Task(Value.object("name", state.name, "template", state.library().spec().entrypoint()));
        var place = new Place(state.name, -1, -1, -1, -1, Role.TOP);
        if (state.shutdown == Shutdown.STOP) {
            deciding.begin.stopped(place, Library.keyOf(entry, "local"), LockRules.STOPPED);
        } else {
            deciding.begin.template(
                    place,
                    Library.keyOf(entry, "local"),
                    state.parameters,
                    ArtifactRules.byName(Artifact.list(state.library().spec().json().mapAt("arguments"))),
                    "");
        }
    }

    private Optional<String> gone() {
        if (!state.ended && !state.gone) {
            deciding.emit(new RunFact.ObjectGone());
            shutdown(Shutdown.TERMINATE, "the Workflow object was deleted", "");
        }
        return Optional.empty();
    }

    /// The run's deadline counts before what is reported after it, and what was due before it counts before the deadline: a suspended node
    /// whose time was over then is not ended by it, however late this is decided.
    private void deadline() {
        if (!mayPassDeadline()) {
            return;
        }
        var late = new ArrayList<Integer>();
        for (int index : state.due(RunState.instant(state.deadlineMicros))) {
            var node = state.node(index);
            if (node.type == NodeType.SUSPEND) {
                new SuspendRules(deciding).resume(node, "");
            } else {
                late.add(index);
            }
        }
        if (mayPassDeadline()) {
            deciding.emit(new RunFact.DeadlinePassed());
            if (state.root < 0) {
                deciding.emit(new RunFact.Ended(NodePhase.FAILED, EndRules.DEADLINE));
            } else {
                deciding.ends.deadline();
            }
        }
        due(late);
    }

    private boolean mayPassDeadline() {
        return state.started
                && !state.ended
                && state.deadlineMicros > 0
                && !state.deadlinePassed
                && state.exit < 0
                && RunState.micros(deciding.at) >= state.deadlineMicros;
    }

    private Optional<String> tick() {
        deadline();
        if (!state.started || state.ended) {
            return Optional.empty();
        }
        due(state.due(deciding.at));
        return Optional.empty();
    }

    /// The time of nodes has come.
    private void due(List<Integer> nodes) {
        for (int index : nodes) {
            var node = state.node(index);
            if (state.ended || node.phase.fulfilled()) {
                continue;
            }
            switch (node.type) {
                case RETRY -> {
                    deciding.emit(new RunFact.NodeChanged(index, node.phase, ""));
                    deciding.retries.next(node);
                }
                case SUSPEND -> new SuspendRules(deciding).resume(node, "");
                case POD -> deciding.pending.over(node);
                case CONTAINER, HTTP, PLUGIN, STEPS, STEP_GROUP, DAG, TASK_GROUP, SKIPPED -> {}
            }
        }
    }

    private Optional<String> shutdown(Shutdown how, String message, String user) {
        if (state.ended) {
            return Optional.of(
                    "cannot shutdown a completed workflow: workflow: \""
                            + state.name
                            + "\", namespace: \""
                            + state.namespace
                            + "\"");
        }
        if (state.shutdown == how || state.shutdown == Shutdown.TERMINATE) {
            return Optional.empty();
        }
        deciding.emit(new RunFact.ShutdownWanted(how, message, user));
        if (how == Shutdown.STOP && state.waitsForLocks(-1) && joined(state).exit().isPresent()) {
            return Optional.empty(); // its exit handler may need what the lock guards, and runs once it has it
        }
        if (!state.started || state.root < 0) {
            deciding.emit(new RunFact.Ended(NodePhase.FAILED, "Stopped with strategy '" + how.text() + "'"));
        } else {
            deciding.ends.shutDown();
        }
        return Optional.empty();
    }

    private Optional<String> suspend(String user) {
        if (state.ended) {
            return Optional.of("cannot suspend completed workflows");
        }
        if (!state.suspend) {
            deciding.emit(new RunFact.SuspendChanged(true, user));
        }
        return Optional.empty();
    }

    private Optional<String> resume(String selector, String user) {
        if (state.ended) {
            return Optional.of("cannot resume a completed workflow");
        }
        var rules = new SuspendRules(deciding);
        var matching = rules.matching(selector);
        if (!selector.isBlank() && matching.isEmpty()) {
            return Optional.of(SuspendRules.NOBODY + selector);
        }
        for (var node : matching) {
            try {
                SuspendRules.outputs(node, state.plan(node).template());
            } catch (EvaluationFailed e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        if (selector.isBlank() && state.suspend) {
            deciding.emit(new RunFact.SuspendChanged(false, user));
            if (state.started && state.root < 0) {
                beginRoot();
            }
        }
        matching.forEach(node -> rules.resume(node, user));
        return Optional.empty();
    }

    private Optional<String> retry(RunCommand.Retry wish) {
        var refusal = RestartRules.refusal(state, wish.restartSuccessful(), wish.selector());
        if (refusal.isPresent()) {
            return refusal;
        }
        var selector = wish.restartSuccessful() ? wish.selector() : "";
        var again = new RestartRules(state).again(selector, wish.parameters());
        deciding.emit(new RunFact.Restarted(wish.user(), Optional.of(again)));
        deciding.metrics.runBegan();
        if (!deciding.locks.waits(state.library().spec())) {
            beginRoot();
        }
        return Optional.empty();
    }
}
