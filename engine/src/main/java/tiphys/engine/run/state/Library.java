package tiphys.engine.run.state;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.schema.Schemas;
import tiphys.manifest.workflow.RetryStrategy;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;

/// The frozen templates of one run, each under a key: `local/train`, `namespaced/library/train` for one of a
/// WorkflowTemplate, `cluster/library/train` for one of a ClusterWorkflowTemplate, and `…/inline/task` for one that is written inside a task. What is worked out about a template once
/// (its [Plan]) is shared by all its nodes.
public final class Library {
    private static final String NAMESPACED = "namespaced/";

    private final WorkflowSpec spec;
    private final Map<String, WorkflowSpec> referenced;
    private final Map<String, Plan> plans = new HashMap<>();

    /// @param referenced the specs that templateRefs name a template of, by [TemplateRef#library]
    public Library(WorkflowSpec spec, Map<String, WorkflowSpec> referenced) {
        this.spec = spec;
        this.referenced = new LinkedHashMap<>(referenced);
    }

    public WorkflowSpec spec() {
        return spec;
    }

    /// The key of the template that a task of another template (or of none, for the entry) names.
    public static String keyOf(Task task, String within) {
        if (task.inline().isPresent()) {
            return within + "/inline/" + task.name();
        }
        return task.templateRef()
                .map(ref -> scopeOf(ref) + "/" + ref.template())
                .orElseGet(() -> scopeOf(within) + "/" + task.template());
    }

    private static String scopeOf(TemplateRef ref) {
        return ref.clusterScope() ? ref.library() : NAMESPACED + ref.library();
    }

    /// Whether a key's template is one of another object.
    public static boolean elsewhere(String key) {
        return key.startsWith(NAMESPACED) || TemplateRef.clusterWide(key);
    }

    /// `local`, `namespaced/NAME` or `cluster/NAME`.
    public static String scopeOf(String key) {
        if (elsewhere(key)) {
            int end = key.indexOf('/', key.indexOf('/') + 1);
            return end < 0 ? key : key.substring(0, end);
        }
        return "local";
    }

    /// The plan of a template; empty if there is no such template.
    public Optional<Plan> plan(String key) {
        @Nullable Plan known = plans.get(key);
        if (known == null) {
            var made = template(key).map(template -> new Plan(key, withDefaults(template)));
            if (made.isEmpty()) {
                return Optional.empty();
            }
            known = made.get();
            plans.put(key, known);
        }
        return Optional.of(known);
    }

    private Optional<Template> template(String key) {
        int inline = key.lastIndexOf("/inline/");
        if (inline >= 0) {
            var task = key.substring(inline + "/inline/".length());
            return plan(key.substring(0, inline))
                    .flatMap(outer -> outer.tasks().stream().filter(one -> one.name().equals(task)).findFirst())
                    .flatMap(Task::inline);
        }
        if (elsewhere(key)) {
            var scope = scopeOf(key);
            var library = referenced.get(scope.startsWith(NAMESPACED) ? scope.substring(NAMESPACED.length()) : scope);
            return library == null || key.length() <= scope.length()
                    ? Optional.empty()
                    : library.template(key.substring(scope.length() + 1));
        }
        return spec.template(key.substring("local/".length()));
    }

    /// `spec.templateDefaults` and the spec's retry strategy under what the template itself says: merged as Argo does it, but for
    /// what belongs to templates of another type.
    private Template withDefaults(Template template) {
        var json = template.json();
        var defaults = spec.json().mapAt("templateDefaults");
        if (!defaults.fields().isEmpty()) {
            var own = template.type();
            for (var type : Template.Type.values()) {
                if (!own.equals(Optional.of(type))) {
                    defaults = defaults.without(type.field());
                }
            }
            json = Schemas.merged("workflow.Template", defaults, json);
        }
        var result = new Template(json);
        Optional<RetryStrategy> fallback = spec.retryStrategy();
        return result.retryStrategy().isEmpty() && fallback.isPresent()
                ? new Template(json.with("retryStrategy", fallback.get().json()))
                : result;
    }

    /// The objects whose templates a spec names, as [TemplateRef#library] has them.
    public static java.util.Set<String> references(WorkflowSpec spec) {
        var names = new java.util.LinkedHashSet<String>();
        for (var template : spec.templates()) {
            collect(template, names);
        }
        spec.exit().flatMap(hook -> hook.templateRef()).map(TemplateRef::library).ifPresent(names::add);
        spec.lifecycleHooks()
                .values()
                .forEach(hook -> hook.templateRef().map(TemplateRef::library).ifPresent(names::add));
        return names;
    }

    private static void collect(Template template, java.util.Set<String> names) {
        for (var group : template.steps()) {
            group.forEach(task -> collect(task, names));
        }
        template.tasks().forEach(task -> collect(task, names));
    }

    private static void collect(Task task, java.util.Set<String> names) {
        task.templateRef().map(TemplateRef::library).ifPresent(names::add);
        task.exit().flatMap(hook -> hook.templateRef()).map(TemplateRef::library).ifPresent(names::add);
        task.lifecycleHooks()
                .values()
                .forEach(hook -> hook.templateRef().map(TemplateRef::library).ifPresent(names::add));
        task.inline().ifPresent(inline -> collect(inline, names));
    }
}
