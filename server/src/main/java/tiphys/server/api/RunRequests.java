package tiphys.server.api;

import java.util.LinkedHashMap;
import java.util.Optional;
import tiphys.engine.Runs;
import tiphys.engine.Runs.Control;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.http.Problem;

/// Requests about runs: one run, its story, and what it can be told.
final class RunRequests {
    private static final String USER = "admin";

    private final Runs runs;

    RunRequests(Runs runs) {
        this.runs = runs;
    }

    /// The locks that runs hold or wait for.
    void locks(Call call) {
        call.items(
                runs.locks(call.text("namespace")).stream()
                        .map(lock ->
                                Value.object(
                                        "name",
                                        lock.name().text(),
                                        "namespace",
                                        lock.name().namespace(),
                                        "limit",
                                        lock.limit(),
                                        "holders",
                                        lock.holders(),
                                        "waiters",
                                        lock.waiters(),
                                        "waiting",
                                        lock.waiting()))
                        .toList());
    }

    void one(Call call) {
        var namespace = call.part("namespace");
        var name = call.part("name");
        call.answer(runs.detail(namespace, name).orElseThrow(() -> unknown(namespace, name).thrown()));
    }

    void explain(Call call) {
        var node = call.text("node");
        call.items(runs.explain(found(runs, call).uid(), node.isEmpty() ? Optional.empty() : Optional.of(node)));
    }

    void stop(Call call) throws Exception {
        var wish = call.object();
        control(call, new Control.Stop(wish.textAt("selector").orElse(""), wish.textAt("message").orElse("")));
    }

    void terminate(Call call) throws Exception {
        control(call, new Control.Terminate());
    }

    void suspend(Call call) throws Exception {
        control(call, new Control.Suspend());
    }

    void resume(Call call) throws Exception {
        control(call, new Control.Resume(call.object().textAt("selector").orElse("")));
    }

    void set(Call call) throws Exception {
        var body = call.object();
        var outputs = new LinkedHashMap<String, String>();
        body.mapAt("outputParameters").fields().forEach((name, value) -> outputs.put(name, Json.text(value)));
        control(
                call,
                new Control.Set(
                        body.textAt("selector").orElse(""),
                        body.textAt("phase").orElse(""),
                        body.textAt("message").orElse(""),
                        outputs));
    }

    void retry(Call call) throws Exception {
        var wish = call.object();
        control(
                call,
                new Control.Retry(
                        wish.find("restartSuccessful").filter(Value.bool(true)::equals).isPresent(),
                        wish.textAt("selector").orElse(""),
                        Submission.given(wish)));
    }

    private void control(Call call, Control control) throws Exception {
        var run = found(runs, call);
        var refusal = Waiting.on(runs.control(run.namespace(), run.name(), control, USER));
        if (refusal.isPresent()) {
            throw new Problem(409, "TIP-4091", refusal.get(), "").thrown();
        }
        call.answer(Value.Mapping.EMPTY);
    }

    /// The run that the path names.
    static Runs.Summary found(Runs runs, Call call) {
        var namespace = call.part("namespace");
        var name = call.part("name");
        return runs.find(namespace, name).orElseThrow(() -> unknown(namespace, name).thrown());
    }

    static Problem unknown(String namespace, String name) {
        return new Problem(
                404,
                "TIP-4040",
                "there is no run " + Call.shortened(namespace + "/" + name),
                "`tiphys get runs -A` shows those there are");
    }

    /// A run as lists show it.
    static Value.Mapping json(Runs.Summary run) {
        return Value.object(
                "uid",
                run.uid(),
                "namespace",
                run.namespace(),
                "name",
                run.name(),
                "phase",
                run.phase(),
                "message",
                run.message(),
                "createdAt",
                run.createdAt(),
                "startedAt",
                run.startedAt(),
                "finishedAt",
                run.finishedAt(),
                "progress",
                run.progress(),
                "template",
                run.template(),
                "event",
                run.event(),
                "parameters",
                run.parameters(),
                "suspended",
                run.suspended(),
                "shutdown",
                run.shutdown());
    }
}
