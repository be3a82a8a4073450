package tiphys.kubernetes.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.kubernetes.client.Patience;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects.FieldValidation;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Page;
import tiphys.objects.Objects.Patch;
import tiphys.objects.Objects.Precondition;
import tiphys.objects.Objects.Written;
import tiphys.objects.Patches;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.Selector;

/// The objects of a cluster, as who asks may read and change them: the cluster decides that. What it does not answer in half a minute is
/// a refusal, too.
public final class ClusterObjects implements ObjectAccess {
    private static final int PAGE = 500;
    private static final int APPLYING = 5;

    private final ApiClient client;

    /// @param client asks in the name of who acts
    public ClusterObjects(ApiClient client) {
        this.client = client;
    }

    @Override
    public ApiObject get(ObjectKey key) {
        return object(key.type(), asked(() -> client.get(Paths.of(key))));
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        var answer = answered(() -> client.get(Paths.of(key)));
        return answer.code() == 404 ? Optional.empty() : Optional.of(object(key.type(), done(answer)));
    }

    /// The whole list at once, whatever its limit.
    @Override
    public Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        var all = new ArrayList<ApiObject>();
        var token = "";
        do {
            var path = Paths.of(type, namespace) + "?limit=" + PAGE + (token.isEmpty() ? "" : "&continue=" + token);
            var page = asked(() -> client.get(path));
            for (var item : page.listAt("items")) {
                var object = object(type, (Value.Mapping) item);
                if (selector.matches(object)) {
                    all.add(object);
                }
            }
            token = page.textAt("metadata", "continue").orElse("");
        } while (!token.isEmpty());
        return new Page(0, all, "", 0);
    }

    @Override
    public Written create(ApiObject object, Mode mode) {
        var path = Paths.of(object.type(), Optional.of(object.namespace())) + query(mode);
        return written(object.type(), true, () -> client.create(path, object.json()));
    }

    @Override
    public Written replace(ObjectKey key, ApiObject object, Mode mode) {
        return written(key.type(), false, () -> client.replace(Paths.of(key) + query(mode), object.json()));
    }

    @Override
    public Written patch(ObjectKey key, Patch patch, Mode mode) {
        var path = Paths.of(key) + query(mode);
        return written(
                key.type(),
                false,
                () ->
                        switch (patch) {
                            case Patch.Merge(var change) -> client.patch(path, "application/merge-patch+json", change);
                            case Patch.Json(var change) -> client.patch(path, "application/json-patch+json", change);
                            case Patch.Strategic(var change) ->
                                    client.patch(path, "application/strategic-merge-patch+json", change);
                            case Patch.Apply(var change) ->
                                    client.patch(path + "&fieldManager=tiphys", "application/apply-patch+yaml", change);
                        });
    }

    /// As `kubectl apply` does it on the client's side: what was applied last is an annotation of the object.
    @Override
    public Written apply(ApiObject wanted, Mode mode) {
        for (int i = 1; ; i++) {
            var before = find(wanted.key());
            try {
                return before.isEmpty()
                        ? create(Patches.remembering(wanted), mode)
                        : replace(wanted.key(), Patches.applied(before.get(), wanted), mode);
            } catch (Refusal e) {
                boolean moved =
                        e.reason().equals("Conflict") || (before.isEmpty() && e.reason().equals("AlreadyExists"));
                if (!moved || i == APPLYING) {
                    throw e;
                }
            }
        }
    }

    @Override
    public ApiObject delete(ObjectKey key, Precondition precondition, Mode mode) {
        var path = Paths.of(key) + (mode.dryRun() ? "?dryRun=All" : "");
        var uid = precondition.uid();
        return object(key.type(), asked(() -> uid.isPresent() ? client.delete(path, uid.get()) : client.delete(path)));
    }

    private static String query(Mode mode) {
        var fields =
                switch (mode.fields()) {
                    case FieldValidation.IGNORE -> "Ignore";
                    case FieldValidation.WARN -> "Warn";
                    case FieldValidation.STRICT -> "Strict";
                };
        return "?fieldValidation=" + fields + (mode.dryRun() ? "&dryRun=All" : "");
    }

    private static Written written(ResourceType type, boolean created, Patience.Ask<Answer> ask) {
        return new Written(object(type, asked(ask)), created, List.of());
    }

    /// An item of a list does not say what it is.
    private static ApiObject object(ResourceType type, Value.Mapping json) {
        return new ApiObject(type, json.with("apiVersion", type.apiVersion()).with("kind", type.kind()));
    }

    private static Value.Mapping asked(Patience.Ask<Answer> ask) {
        return done(answered(ask));
    }

    private static Answer answered(Patience.Ask<Answer> ask) {
        try {
            return Patience.ask(ask);
        } catch (IOException e) {
            throw new Refusal(503, "ServiceUnavailable", String.valueOf(e.getMessage()));
        }
    }

    private static Value.Mapping done(Answer answer) {
        if (answer.done()) {
            return answer.body();
        }
        var causes =
                answer.body().listAt("details", "causes").stream()
                        .map(cause ->
                                new Refusal.Cause(
                                        cause.textAt("reason").orElse(""),
                                        cause.textAt("message").orElse(""),
                                        cause.textAt("field").orElse("")))
                        .toList();
        throw new Refusal(answer.code(), answer.reason(), answer.message(), causes);
    }
}
