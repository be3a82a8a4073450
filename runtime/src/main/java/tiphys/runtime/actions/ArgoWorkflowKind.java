package tiphys.runtime.actions;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tiphys.engine.Runs;
import tiphys.engine.Runs.Control;
import tiphys.engine.run.Resubmitted;
import tiphys.events.action.Answer;
import tiphys.events.action.Answer.ObjectRef;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.Texts;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.firing.Wanted;
import tiphys.events.sensor.TemplateReader;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// The type `argoWorkflow`: what Argo does by its program `argo` is done by this server itself, in the name of the sensor's service account.
public final class ArgoWorkflowKind implements TriggerKind {
    private static final Set<String> OPERATIONS =
            Set.of("submit", "submit-from", "suspend", "resubmit", "retry", "resume", "terminate", "stop");
    private static final String CRON_LABEL = "workflows.argoproj.io/cron-workflow";
    private static final String TEMPLATE_LABEL = "workflows.argoproj.io/workflow-template";
    private static final int LONGEST_LABEL = 63;
    private static final int PATIENCE_SECONDS = 60;

    private final Supplier<Objects> objects;
    private final Supplier<Runs> runs;
    private final Texts texts;

    public ArgoWorkflowKind(Supplier<Objects> objects, Supplier<Runs> runs, Texts texts) {
        this.objects = objects;
        this.runs = runs;
        this.texts = texts;
    }

    @Override
    public String key() {
        return "argoWorkflow";
    }

    @Override
    public String claims() {
        return """
        events.ArgoWorkflowTrigger honoured source operation parameters
        events.ArgoWorkflowTrigger emulated args : -p, --name, --generate-name, --entrypoint, --labels, --serviceaccount, --priority, --restart-successful, --node-field-selector, --message; others are refused by name
        """;
    }

    @Override
    public Content content() {
        return Content.OBJECT;
    }

    @Override
    public void check(Fields block) {
        var operation = block.text("operation");
        if (!OPERATIONS.contains(operation)) {
            block.error(
                    operation.isEmpty() ? Codes.MISSING : Codes.INVALID,
                    "operation",
                    block.path("operation")
                            + " must be submit, submit-from, suspend, resubmit, retry, resume, terminate or stop, not \""
                            + operation
                            + "\"");
        }
        TemplateReader.source(block);
        var unknown = WorkflowArguments.read(operation, block.texts("args")).unknown();
        if (!unknown.isEmpty()) {
            block.error(
                    Codes.UNSUPPORTED,
                    "args",
                    block.path("args")
                            + " has "
                            + String.join(" ", unknown)
                            + ", which is not supported by this version");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var operation = request.text("operation");
        var arguments = WorkflowArguments.read(operation, new Fields(request.block(), key(), List.of()).texts("args"));
        var making = new FiringObjects(objects.get());
        var user = making.inTheNameOf(firing.namespace(), firing.account());
        try {
            var object = request.puts().into(SourceObject.of(request, texts));
            return switch (operation) {
                case "submit" -> submitted(making, user, submission(object, arguments, firing), firing);
                case "submit-from" -> submitted(making, user, submissionFrom(user, object, arguments, firing), firing);
                case "resubmit" -> {
                    var original = user.get(run(object, firing));
                    var again = Resubmitted.workflow(original, arguments.parameters());
                    yield submitted(making, user, annotated(again.json(), firing), firing);
                }
                default -> controlled(user, run(object, firing), control(operation, arguments), operation, firing);
            };
        } catch (Refusal e) {
            throw K8sKind.failed(e);
        } catch (EvaluationFailed | NumberFormatException e) {
            throw new TriggerFailed(String.valueOf(e.getMessage()));
        }
    }

    private static Answer submitted(FiringObjects making, Objects user, Value.Mapping workflow, Firing firing) {
        return K8sKind.answer("submitted", making.create(user, workflow, firing.id()));
    }

    private static Value.Mapping submission(Value.Mapping object, WorkflowArguments arguments, Firing firing)
            throws TriggerFailed {
        if (!object.textAt("kind").orElse("").equals("Workflow")) {
            throw new TriggerFailed("submit takes a Workflow, not a " + object.textAt("kind").orElse(""));
        }
        return K8sKind.marked(arguments.into(object), firing);
    }

    /// A Workflow of what a CronWorkflow or a template says.
    private static Value.Mapping submissionFrom(
            Objects user, Value.Mapping object, WorkflowArguments arguments, Firing firing) throws TriggerFailed {
        var kind = object.textAt("kind").orElse("");
        var type = kind.equalsIgnoreCase("CronWorkflow") ? ResourceTypes.CRON_WORKFLOW : template(kind);
        var from = user.get(key(type, object, firing));
        boolean cron = type.equals(ResourceTypes.CRON_WORKFLOW);
        var metadata = cron ? from.spec().mapAt("workflowMetadata") : Value.Mapping.EMPTY;
        metadata = metadata.with("generateName", from.name() + "-").with("namespace", from.namespace());
        if (from.name().length() <= LONGEST_LABEL) {
            metadata =
                    metadata.with(
                            "labels", metadata.mapAt("labels").with(cron ? CRON_LABEL : TEMPLATE_LABEL, from.name()));
        }
        var spec =
                cron
                        ? from.spec().mapAt("workflowSpec")
                        : Value.object("workflowTemplateRef", Value.object("name", from.name()));
        var workflow =
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        metadata,
                        "spec",
                        spec);
        return annotated(arguments.into(workflow), firing);
    }

    private static ResourceType template(String kind) throws TriggerFailed {
        if (kind.equalsIgnoreCase("WorkflowTemplate")) {
            return ResourceTypes.WORKFLOW_TEMPLATE;
        }
        throw new TriggerFailed("submit-from takes a CronWorkflow or a WorkflowTemplate, not a " + kind);
    }

    private static Value.Mapping annotated(Value.Mapping workflow, Firing firing) {
        var metadata = workflow.mapAt("metadata");
        var annotations =
                metadata.mapAt("annotations").with(Wanted.FIRING, firing.id()).with(Wanted.EVENT, firing.eventId());
        return workflow.with("metadata", metadata.with("annotations", annotations));
    }

    private static ObjectKey key(ResourceType type, Value.Mapping object, Firing firing) throws TriggerFailed {
        var name = object.textAt("metadata", "name").orElse("");
        if (name.isEmpty()) {
            throw new TriggerFailed("the object has no metadata.name, which tells which one is meant");
        }
        var namespace = object.textAt("metadata", "namespace").filter(text -> !text.isEmpty());
        return new ObjectKey(type, namespace.orElse(firing.namespace()), name);
    }

    private static ObjectKey run(Value.Mapping object, Firing firing) throws TriggerFailed {
        return key(ResourceTypes.WORKFLOW, object, firing);
    }

    private static Control control(String operation, WorkflowArguments arguments) {
        var selector = arguments.option("node-field-selector").orElse("");
        return switch (operation) {
            case "suspend" -> new Control.Suspend();
            case "resume" -> new Control.Resume(selector);
            case "terminate" -> new Control.Terminate();
            case "stop" -> new Control.Stop(selector, arguments.option("message").orElse(""));
            case "retry" ->
                    new Control.Retry(
                            arguments.option("restart-successful").filter("true"::equals).isPresent(),
                            selector,
                            arguments.parameters());
            default -> throw new EvaluationFailed("there is no operation " + operation);
        };
    }

    private Answer controlled(Objects user, ObjectKey key, Control control, String operation, Firing firing)
            throws IOException, InterruptedException, TriggerFailed {
        var workflow = allowed(user, key);
        var who = "system:serviceaccount:" + firing.namespace() + ":" + firing.account();
        Optional<String> refusal;
        try {
            refusal =
                    runs.get()
                            .control(key.namespace(), key.name(), control, who)
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the run " + key.namespace() + "/" + key.name() + " could not be told: " + e, e);
        }
        if (refusal.isPresent()) {
            throw new TriggerFailed(refusal.get());
        }
        return new Answer(
                "told to " + operation,
                key.namespace() + "/" + key.name(),
                new ObjectRef(workflow.type().kind(), workflow.namespace(), workflow.name(), workflow.uid()));
    }

    /// The Workflow, if the account may change it: Argo's program would.
    ///
    /// @throws Refusal if not
    private static ApiObject allowed(Objects user, ObjectKey key) {
        var workflow = user.get(key);
        var nothing = new Objects.Patch.Merge(Value.Mapping.EMPTY);
        user.patch(key, nothing, new Objects.Mode(true, Objects.FieldValidation.IGNORE));
        return workflow;
    }
}
