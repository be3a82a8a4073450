package tiphys.served.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Artifacts;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.served.leaf.Leaf;
import tiphys.served.leaf.Outcomes;

/// Lists the keys below a place of artifacts and hands them through the expressions of a `data` template; what the last of them
/// gives is the result, as JSON. Only reads, so doing it again after the server was killed changes nothing.
public final class DataLeaf implements Leaf {
    /// How many keys are listed; a longer list fails the step.
    private static final int MOST = 200_000;

    /// What all expressions of a step may make.
    private static final long BYTES = 64L << 20;

    private final Artifacts artifacts;

    public DataLeaf(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return List.of();
    }

    @Override
    public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
        try {
            var data = order.template().json().mapAt("data");
            var listed = source(order, data, doing);
            return Outcomes.exited(
                    Optional.of(GoJson.write(transformed(listed, data.listAt("transformation")))), Map.of());
        } catch (EvaluationFailed e) {
            var why = "unable to process data template: " + e.getMessage();
            doing.say(why);
            return Outcomes.refused(why);
        }
    }

    private Value source(StepOrder order, Value.Mapping data, Doing doing) {
        if (data.mapAt("source", "artifactPaths").fields().isEmpty()) {
            throw new EvaluationFailed("unable to process data source: no valid source is used for data template");
        }
        var artifact = new Artifact(data.mapAt("source", "artifactPaths"));
        var key = artifact.key().orElse("");
        try {
            var directory = new Artifact(Artifact.withKey(artifact.json(), key.replaceAll("/+$", "")));
            var kept = new Artifacts.Kept(order.namespace(), directory, order.template().located(directory));
            var keys = keys(kept, key.replaceAll("/+$", ""));
            doing.say(keys.size() + " keys below " + key);
            if (keys.isEmpty()) {
                throw new EvaluationFailed("no key found of name " + key);
            }
            return Value.list(keys);
        } catch (IOException e) {
            throw source(String.valueOf(e.getMessage()));
        } catch (EvaluationFailed e) {
            throw source(e.getMessage());
        }
    }

    private static EvaluationFailed source(String why) {
        return new EvaluationFailed("unable to process data source: unable to source artifact paths: " + why);
    }

    private List<Value> keys(Artifacts.Kept kept, String directory) throws IOException {
        var keys = new ArrayList<Value>();
        for (var item : artifacts.list(kept, MOST + 1)) {
            if (item.path().isEmpty() || item.path().endsWith("/")) {
                continue;
            }
            keys.add(Value.text(directory.isEmpty() ? item.path() : directory + "/" + item.path()));
        }
        if (keys.size() > MOST) {
            throw new EvaluationFailed("there are more than " + MOST + " keys below " + directory);
        }
        return keys;
    }

    private static Value transformed(Value listed, List<Value> steps) {
        var data = listed;
        for (int i = 0; i < steps.size(); i++) {
            var text = steps.get(i).find("expression").map(Json::text).orElse("");
            if (text.isEmpty()) {
                continue;
            }
            try {
                data = Expression.parse(text).evaluate(Scope.of(Map.of("data", data)), Budget.of(20_000_000, BYTES));
            } catch (EvaluationFailed e) {
                // what was listed is a list of texts, and Go's compiler says so
                var why = i == 0 ? e.getMessage().replace("[]interface {}", "[]string") : e.getMessage();
                throw new EvaluationFailed(
                        "unable to process data transformation: error processing data step " + i + ": " + why);
            }
        }
        return data;
    }
}
