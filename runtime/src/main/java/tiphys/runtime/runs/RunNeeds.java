package tiphys.runtime.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import tiphys.engine.Executor;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.settings.Controllers;
import tiphys.runtime.settings.OwnImages;

/// Answers what runs ask for before they start: templates and keys from the object store, and what the executor could not
/// honour. An answer is frozen in the run's stream with the version at which it was read.
public final class RunNeeds {
    private static final String CONFIG_MAP_TYPE = "workflows.argoproj.io/configmap-type";

    private static final String REPOSITORIES = "artifact-repositories";
    private static final String DEFAULT_REPOSITORY = "workflows.argoproj.io/default-artifact-repository";

    private static final int MOST_TEMPLATES = 100;

    private static final Optional<Value> NONE = Optional.empty();

    private final ObjectStore objects;
    private final Executor executor;
    private final Controllers controllers;
    private final OwnImages images;

    public RunNeeds(ObjectStore objects, Executor executor, Controllers controllers, OwnImages images) {
        this.images = images;
        this.controllers = controllers;
        this.objects = objects;
        this.executor = executor;
    }

    /// The answer; empty if it cannot be read now.
    public Optional<RunCommand.Supplied> answer(Run run, Need need) {
        try {
            return Optional.of(
                    switch (need) {
                        case Need.Template(var namespace, var name) -> {
                            var found =
                                    find(
                                            namespace.isEmpty()
                                                    ? ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE
                                                    : ResourceTypes.WORKFLOW_TEMPLATE,
                                            namespace,
                                            name);
                            yield supplied(need, found.map(ApiObject::spec), found);
                        }
                        case Need.Templates wanted -> templates(wanted);
                        case Need.ConfigMapKey(var namespace, var name, var key) -> {
                            // as Argo's controller, which sees only ConfigMaps that say they hold parameters
                            var found =
                                    find(ResourceTypes.CONFIG_MAP, namespace, name)
                                            .filter(map -> "Parameter".equals(map.labels().get(CONFIG_MAP_TYPE)));
                            yield supplied(
                                    need, found.flatMap(map -> map.json().textAt("data", key)).map(Value::text), found);
                        }
                        case Need.Repository(var namespace, var configMap, var key) ->
                                repository(need, namespace, configMap, key);
                        case Need.Defaults(var namespace) ->
                                new RunCommand.Supplied(
                                        need, controllers.of(namespace).answer(), controllers.version(namespace));
                        case Need.Images(var namespace) ->
                                new RunCommand.Supplied(
                                        need,
                                        Optional.of(images.rows(namespace))
                                                .filter(rows -> !rows.isBlank())
                                                .map(Value::text),
                                        "");
                        case Need.Turn _, Need.Earlier _ ->
                                throw new IllegalArgumentException("whoever keeps the runs knows");
                        case Need.Fitness _ -> new RunCommand.Supplied(need, Optional.of(Value.of(refusals(run))), "");
                    });
        } catch (StoreUnavailable e) {
            return Optional.empty();
        }
    }

    /// The templates of which a reference with tags may become one.
    private RunCommand.Supplied templates(Need.Templates wanted) {
        var type =
                wanted.namespace().isEmpty()
                        ? ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE
                        : ResourceTypes.WORKFLOW_TEMPLATE;
        var found = new LinkedHashMap<String, Value>();
        for (var key : objects.uids(type).keySet()) {
            if (key.namespace().equals(wanted.namespace()) && wanted.fits(key.name())) {
                objects.get(key).ifPresent(object -> found.put(object.name(), object.spec()));
            }
        }
        var many =
                "more than "
                        + MOST_TEMPLATES
                        + " WorkflowTemplates fit the templateRef.name "
                        + wanted.pattern()
                        + "; begin the name with what they have in common";
        return new RunCommand.Supplied(
                wanted, Optional.of(found.size() > MOST_TEMPLATES ? Value.text(many) : Value.of(found)), "");
    }

    private Optional<ApiObject> find(ResourceType type, String namespace, String name) {
        return objects.get(new ObjectKey(type, namespace, name));
    }

    private static RunCommand.Supplied supplied(
            Need need, Optional<? extends Value> content, Optional<ApiObject> object) {
        return new RunCommand.Supplied(
                need, content.map(Value.class::cast), object.map(one -> "" + one.resourceVersion()).orElse(""));
    }

    /// The artifact repository: what the workflow names, else the namespace's usual ConfigMap with the key that it names itself;
    /// none of these is this server's own store. A text stands for what is wrong with what was named.
    private RunCommand.Supplied repository(Need need, String namespace, String configMap, String key) {
        var name = configMap.isEmpty() ? REPOSITORIES : configMap;
        var found = find(ResourceTypes.CONFIG_MAP, namespace, name);
        var named = !configMap.isEmpty() || !key.isEmpty();
        if (found.isEmpty()) {
            return supplied(
                    need, named ? Optional.of(Value.text("configmaps \"" + name + "\" not found")) : NONE, found);
        }
        var map = found.get();
        var chosen = key.isEmpty() ? map.json().textAt("metadata", "annotations", DEFAULT_REPOSITORY).orElse("") : key;
        var text = map.json().textAt("data", chosen);
        if (text.isEmpty()) {
            var wrong = "config map missing key \"" + chosen + "\" for artifact repository ref \"" + name + "\"";
            return supplied(need, named || !chosen.isEmpty() ? Optional.of(Value.text(wrong)) : NONE, found);
        }
        try {
            var documents = Yaml.parse(text.get().getBytes(UTF_8), name + "." + chosen);
            var repository = documents.isEmpty() ? Value.Mapping.EMPTY : documents.getFirst();
            return supplied(
                    need,
                    Optional.of(
                            Value.object(
                                    "configMap", name,
                                    "key", chosen,
                                    "namespace", namespace,
                                    "artifactRepository", repository)),
                    found);
        } catch (InvalidInput e) {
            return supplied(
                    need, Optional.of(Value.text("failed to unmarshal " + chosen + ": " + e.getMessage())), found);
        }
    }

    private List<String> refusals(Run run) {
        var sentences = new LinkedHashSet<String>();
        for (var probe : run.probes()) {
            executor.refusals(probe)
                    .forEach(sentence -> sentences.add("templates." + probe.nodeName() + ": " + sentence));
        }
        return List.copyOf(sentences);
    }
}
