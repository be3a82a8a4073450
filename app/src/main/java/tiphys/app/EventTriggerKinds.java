package tiphys.app;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import tiphys.connectors.aws.LambdaTrigger;
import tiphys.connectors.http.Guard;
import tiphys.connectors.http.HttpKind;
import tiphys.connectors.log.LogKind;
import tiphys.connectors.openwhisk.OpenWhiskTrigger;
import tiphys.connectors.slack.SlackTrigger;
import tiphys.engine.Runs;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;
import tiphys.objects.Objects;
import tiphys.runtime.actions.ArgoWorkflowKind;
import tiphys.runtime.actions.K8sKind;

/// The types of triggers that this program has: its own, and those that the connector modules on the class path provide. A connector's
/// foreign client is loaded when one of its triggers fires, not here.
final class EventTriggerKinds {
    private EventTriggerKinds() {}

    /// All of them, at work.
    static TriggerKinds of(Core core) {
        return of(core::objects, core::runs);
    }

    private static TriggerKinds of(Supplier<Objects> objects, Supplier<Runs> runs) {
        var texts = new TriggerTexts(Guard::check);
        var kinds =
                new ArrayList<TriggerKind>(
                        List.of(
                                new K8sKind(objects, texts),
                                new ArgoWorkflowKind(objects, runs, texts),
                                new HttpKind(),
                                new SlackTrigger(),
                                new LambdaTrigger(),
                                new OpenWhiskTrigger(),
                                new LogKind()));
        ServiceLoader.load(TriggerKind.class).forEach(kinds::add);
        return new TriggerKinds(kinds);
    }

    /// All of them, for reading manifests alone: nothing is opened before something fires.
    static TriggerKinds forReading() {
        return of(
                () -> {
                    throw nothingFires();
                },
                () -> {
                    throw nothingFires();
                });
    }

    private static IllegalStateException nothingFires() {
        return new IllegalStateException("nothing fires where manifests are only read");
    }
}
