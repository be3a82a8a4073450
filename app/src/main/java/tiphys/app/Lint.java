package tiphys.app;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.run.validate.CodeFromOutside;
import tiphys.engine.run.validate.WorkflowLint;
import tiphys.events.action.TriggerKinds;
import tiphys.events.binding.EventBinding;
import tiphys.events.cron.CronReader;
import tiphys.events.sensor.SensorLint;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.schema.Schemas;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Looks for mistakes in a set of manifests: their syntax and schemas, the rules of each kind, and what they say of one another.
/// What a manifest names and the set does not have may be on the server already; that is a warning, not an error.
final class Lint {
    /// Kinds of Argo that this version does not have.
    private static final Set<String> OTHER_ARGO =
            Set.of("WorkflowTaskSet", "WorkflowTaskResult", "WorkflowArtifactGCTask");

    /// What the rules say when something is missing; not worth saying when an unknown field nearby may be what was meant.
    private static final Set<String> MISSING = Set.of("TIP-2005", "TIP-2008", "TIP-2009", "TIP-2017", "TIP-3102");

    /// What the schema says of values of the right type, which the rules of a kind say in Argo's words.
    private static final Set<String> LIMITS = Set.of("TIP-1103", "TIP-1105", "TIP-1106", "TIP-1107");

    static final SourceKinds SOURCES = EventSourceKinds.forReading();
    static final TriggerKinds ACTIONS = EventTriggerKinds.forReading();

    private final List<Diagnostic> findings = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    private Lint() {}

    /// A text to look at.
    ///
    /// @param name as the user gave it
    record Source(String name, byte[] bytes) {
        Source {
            bytes = bytes.clone();
        }
    }

    /// What was found.
    ///
    /// @param findings by source and place
    /// @param objects how many objects were looked at
    record Report(List<Diagnostic> findings, int objects) {
        Report {
            findings = List.copyOf(findings);
        }

        long errors() {
            return findings.stream().filter(found -> found.severity() == Diagnostic.Severity.ERROR).count();
        }

        long warnings() {
            return findings.size() - errors();
        }
    }

    /// One object of a known kind.
    ///
    /// @param path where it is in its document; empty if it is the whole
    record Entry(ResourceType type, Value.Mapping json, String source, String path) {
        String name() {
            return json.textAt("metadata", "name").orElse("");
        }

        String namespace() {
            return json.textAt("metadata", "namespace").orElse("");
        }

        boolean is(ResourceType other) {
            return type.equals(other);
        }
    }

    /// Looks at all of the sources together.
    static Report check(List<Source> sources) {
        var lint = new Lint();
        sources.forEach(lint::parse);
        lint.duplicates();
        lint.entries.forEach(lint::object);
        var order = new HashMap<String, Integer>();
        sources.forEach(source -> order.putIfAbsent(source.name(), order.size()));
        var sorted = new ArrayList<>(lint.findings);
        sorted.sort(
                Comparator.<Diagnostic>comparingInt(found -> order.getOrDefault(found.source(), 0))
                        .thenComparingInt(found -> found.at().line())
                        .thenComparingInt(found -> found.at().column()));
        return new Report(sorted, lint.entries.size());
    }

    private void parse(Source source) {
        try {
            var documents = Yaml.parse(source.bytes(), source.name(), findings::add);
            if (documents.isEmpty()) {
                var empty = Diagnostic.warning("TIP-1200", "there is no object in this file", new Position(1, 1), "");
                findings.add(empty.in(source.name()));
            }
            documents.forEach(document -> collect(document, source.name(), ""));
        } catch (InvalidInput e) {
            findings.addAll(e.diagnostics());
        }
    }

    private void collect(Value document, String source, String path) {
        if (!(document instanceof Value.Mapping json)) {
            findings.add(Diagnostic.error("TIP-1005", "a manifest is an object", document.at(), path).in(source));
            return;
        }
        var apiVersion = json.textAt("apiVersion").orElse("");
        var kind = json.textAt("kind").orElse("");
        if (kind.equals("List")) {
            var items = json.listAt("items");
            for (int i = 0; i < items.size(); i++) {
                collect(items.get(i), source, inner(path, "items[" + i + "]"));
            }
            return;
        }
        ResourceTypes.byKind(apiVersion, kind)
                .ifPresentOrElse(
                        type -> entries.add(new Entry(type, json, source, path)),
                        () -> findings.add(unknown(json, apiVersion, kind, path).in(source)));
    }

    private static Diagnostic unknown(Value.Mapping json, String apiVersion, String kind, String path) {
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            return Diagnostic.error("TIP-1006", "a manifest needs apiVersion and kind", json.at(), path);
        }
        Position at = json.find("kind").map(Value::at).orElse(json.at());
        if (apiVersion.startsWith("argoproj.io/") && OTHER_ARGO.contains(kind)) {
            return Diagnostic.error(
                            "TIP-1008",
                            "the kind " + kind + " is not supported by this version of Tiphys",
                            at,
                            inner(path, "kind"))
                    .hint("docs/parity.md lists what is");
        }
        var message = "no kind \"" + kind + "\" in version \"" + apiVersion + "\" is known";
        var unknown = Diagnostic.error("TIP-1007", message, at, inner(path, "kind"));
        var sameKind = ResourceTypes.ALL.stream().filter(type -> type.kind().equals(kind)).findFirst();
        if (sameKind.isPresent()) {
            return unknown.hint("its version is " + sameKind.get().apiVersion());
        }
        var kinds = ResourceTypes.ALL.stream().map(ResourceType::kind).toList();
        return DidYouMean.nearest(kind, kinds)
                .map(near -> unknown.hint("did you mean \"" + near + "\"?"))
                .orElse(unknown);
    }

    /// An object that stands there twice: in one file the second would change the first; in several they may be for several places.
    private void duplicates() {
        Map<String, Entry> seen = new LinkedHashMap<>();
        for (var entry : entries) {
            if (entry.name().isEmpty()) {
                continue;
            }
            var first = seen.putIfAbsent(entry.type().kind() + "/" + entry.namespace() + "/" + entry.name(), entry);
            if (first != null) {
                var message =
                        "the "
                                + entry.type().kind()
                                + " "
                                + entry.name()
                                + " is there twice, first in "
                                + first.source()
                                + ":"
                                + first.json().at();
                var at = entry.json().mapAt("metadata").find("name").map(Value::at).orElse(entry.json().at());
                var path = inner(entry.path(), "metadata.name");
                var finding =
                        first.source().equals(entry.source())
                                ? Diagnostic.error("TIP-1202", message, at, path)
                                : Diagnostic.warning("TIP-1202", message, at, path);
                findings.add(finding.in(entry.source()));
            }
        }
    }

    private void object(Entry entry) {
        var references = new LintReferences(entries, entry);
        var found = new ArrayList<Diagnostic>(named(entry));
        found.addAll(judged(entry, references));
        found.addAll(references.check());
        if (entry.is(ResourceTypes.SENSOR)) {
            found.addAll(created(entry, references));
        }
        for (var one : found) {
            findings.add(
                    new Diagnostic(
                            one.code(),
                            one.severity(),
                            one.message(),
                            entry.source(),
                            one.at(),
                            inner(entry.path(), one.path()),
                            one.hint()));
        }
    }

    private static List<Diagnostic> named(Entry entry) {
        var metadata = entry.json().mapAt("metadata");
        boolean named =
                !entry.name().isEmpty() || metadata.textAt("generateName").filter(name -> !name.isEmpty()).isPresent();
        if (named || entry.json().find("metadata").isEmpty()) {
            return List.of();
        }
        var missing =
                Diagnostic.error(
                        "TIP-1201",
                        "the object has no name: metadata.name is missing",
                        metadata.at().known() ? metadata.at() : entry.json().keyAt("metadata"),
                        "metadata.name");
        return List.of(entry.is(ResourceTypes.WORKFLOW) ? missing.hint("or give it a generateName") : missing);
    }

    /// What the schema and the rules of its kind say about an object, each thing once.
    private static List<Diagnostic> judged(Entry entry, LintReferences references) {
        var schema =
                Schemas.find(entry.type().apiVersion(), entry.type().kind())
                        .map(known -> known.check(entry.json()))
                        .orElse(List.of());
        var rules = rules(entry, references);
        var found = new ArrayList<Diagnostic>();
        for (var one : schema) {
            boolean saidBetter =
                    (one.severity() == Diagnostic.Severity.WARNING || LIMITS.contains(one.code()))
                            && rules.stream().anyMatch(rule -> rule.path().equals(one.path()));
            if (!saidBetter) {
                found.add(one);
            }
        }
        for (var rule : rules) {
            boolean follows =
                    MISSING.contains(rule.code())
                            && schema.stream()
                                    .anyMatch(one -> !LIMITS.contains(one.code()) && isWithin(one.path(), rule.path()));
            if (!follows) {
                found.add(rule);
            }
        }
        return found;
    }

    private static boolean isWithin(String path, String outer) {
        return path.startsWith(outer)
                && (path.length() == outer.length() || ".[".indexOf(path.charAt(outer.length())) >= 0);
    }

    private static List<Diagnostic> rules(Entry entry, LintReferences references) {
        Map<String, WorkflowSpec> templates = references.templates();
        if (entry.is(ResourceTypes.WORKFLOW)) {
            return WorkflowLint.workflow(entry.json(), templates);
        }
        if (entry.is(ResourceTypes.WORKFLOW_TEMPLATE) || entry.is(ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE)) {
            return WorkflowLint.template(entry.json(), templates);
        }
        if (entry.is(ResourceTypes.CRON_WORKFLOW)) {
            return cron(entry, templates);
        }
        if (entry.is(ResourceTypes.WORKFLOW_EVENT_BINDING)) {
            return EventBinding.lint(entry.json());
        }
        if (entry.is(ResourceTypes.SENSOR)) {
            return SensorLint.sensor(entry.json(), references.eventSources(), ACTIONS);
        }
        if (entry.is(ResourceTypes.EVENT_SOURCE)) {
            return SourceSpec.read(entry.json(), SOURCES).diagnostics();
        }
        return entry.is(ResourceTypes.EVENT_BUS) ? SensorLint.bus(entry.json()) : List.of();
    }

    /// What is wrong with the schedules, and with the workflow that they start.
    private static List<Diagnostic> cron(Entry entry, Map<String, WorkflowSpec> templates) {
        var found = new ArrayList<>(CronReader.read(entry.json(), ZoneOffset.UTC).problems());
        var run = entry.json().mapAt("spec", "workflowSpec");
        if (!run.fields().isEmpty()) {
            var workflow = Value.object("metadata", Value.object("generateName", "x-"), "spec", run);
            for (var one : WorkflowLint.workflow(workflow, templates)) {
                var path = one.path().replaceFirst("^spec", "spec.workflowSpec");
                found.add(
                        new Diagnostic(
                                one.code(), one.severity(), one.message(), one.source(), one.at(), path, one.hint()));
            }
        }
        return found;
    }

    /// What is wrong with the objects that a sensor's triggers create, and where what an event says ends up in code.
    private List<Diagnostic> created(Entry sensor, LintReferences references) {
        var found = new ArrayList<Diagnostic>();
        var triggers = sensor.json().listAt("spec", "triggers");
        for (int i = 0; i < triggers.size(); i++) {
            var path = "spec.triggers[" + i + "].template.k8s.source.resource";
            var trigger = triggers.get(i);
            var resource = trigger.find("template", "k8s", "source", "resource");
            var type =
                    resource.flatMap(json ->
                            ResourceTypes.byKind(json.textAt("apiVersion").orElse(""), json.textAt("kind").orElse("")));
            if (type.isPresent() && resource.get() instanceof Value.Mapping json) {
                var filled = TriggerArguments.of(trigger);
                var entry = new Entry(type.get(), filled.in(json), sensor.source(), path);
                for (var one : judged(entry, references)) {
                    found.add(
                            new Diagnostic(
                                    one.code(),
                                    one.severity(),
                                    "in the object that the trigger creates: " + one.message(),
                                    one.source(),
                                    one.at(),
                                    inner(path, one.path()),
                                    one.hint()));
                }
                for (var parameter : TriggerArguments.intoCode(trigger)) {
                    var at = parameter.find("dest").map(Value::at).orElse(parameter.at());
                    var message =
                            "a value from an event becomes part of a program: whoever sends one can run code here";
                    var hint = "put it into an argument of the workflow, and give that to the program as a variable";
                    found.add(
                            Diagnostic.warning(
                                            "TIP-2030", message, at, "spec.triggers[" + i + "].template.k8s.parameters")
                                    .hint(hint));
                }
                if (entry.is(ResourceTypes.WORKFLOW)) {
                    leaks(sensor, trigger.textAt("template", "name").orElse(""), entry, filled, references);
                }
            }
        }
        return found;
    }

    /// Where a value that a trigger takes from an event ends up in code; told where the code is.
    private void leaks(
            Entry sensor, String trigger, Entry workflow, TriggerArguments filled, LintReferences references) {
        var spec = new WorkflowSpec(workflow.json().mapAt("spec"));
        for (var leak : CodeFromOutside.find(spec, filled.names(workflow.json()), references.templates())) {
            var home = leak.library().isEmpty() ? Optional.of(workflow) : references.library(leak.library());
            var message =
                    leak.field()
                            + ": the value of the parameter "
                            + leak.parameter()
                            + " becomes part of a program, and the sensor "
                            + sensor.name()
                            + " takes it from an event ("
                            + trigger
                            + "): whoever sends one can run code here";
            home.ifPresent(entry ->
                    findings.add(
                            Diagnostic.warning("TIP-2030", message, leak.at(), inner(entry.path(), leak.path()))
                                    .hint(leak.safe())
                                    .in(entry.source())));
        }
    }

    private static String inner(String path, String rest) {
        return path.isEmpty() ? rest : rest.isEmpty() ? path : path + "." + rest;
    }
}
