package tiphys.server.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import tiphys.events.cron.CronBackfill;
import tiphys.events.cron.Crons;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.server.http.Problem;

/// Requests about CronWorkflows: when they are due, what became of it, and what somebody wants of them.
final class CronRequests {
    private static final int MOST_UNSAID = 1_000;
    private static final String PARAMETER_UNSAID = "cronScheduleTime";

    private final Crons crons;
    private final Objects objects;

    CronRequests(Crons crons, Objects objects) {
        this.crons = crons;
        this.objects = objects;
    }

    void list(Call call) {
        call.items(crons.list(call.text("namespace")));
    }

    void one(Call call) {
        call.answer(crons.page(call.part("namespace"), call.part("name")).orElseThrow(() -> unknown(call)));
    }

    void suspend(Call call) {
        change(call, true);
    }

    void resume(Call call) {
        change(call, false);
    }

    private void change(Call call, boolean suspended) {
        var patch = new Objects.Patch.Merge(Value.object("spec", Value.object("suspend", suspended)));
        call.answer(objects.patch(key(call), patch, Objects.Mode.PLAIN).object().spec());
    }

    void trigger(Call call) throws Exception {
        var run =
                crons.byHand(call.part("namespace"), call.part("name"), Submission.given(call.object()))
                        .orElseThrow(() -> unknown(call));
        var made = objects.create(run, Objects.Mode.PLAIN).object();
        call.answer(201, named(made));
    }

    /// Makes up for times that passed. A run that is there already is told as such and not made again.
    void backfill(Call call) throws Exception {
        var body = call.object();
        var wish =
                new CronBackfill.Wish(
                        instant(body, "from"),
                        instant(body, "to"),
                        body.textAt("name").orElse(""),
                        body.textAt("parameter").orElse(PARAMETER_UNSAID),
                        body.find("parallel").filter(Value.bool(true)::equals).isPresent(),
                        most(body));
        var wanted = crons.backfill(call.part("namespace"), call.part("name"), wish).orElseThrow(() -> unknown(call));
        var made = new ArrayList<Value>();
        for (var one : wanted) {
            try {
                made.add(named(objects.create(one, Objects.Mode.PLAIN).object()).with("made", Value.bool(true)));
            } catch (Refusal e) {
                if (!e.reason().equals("AlreadyExists")) {
                    throw e;
                }
                made.add(named(one).with("made", Value.bool(false)));
            }
        }
        call.answer(201, Value.object("items", made));
    }

    private static int most(Value.Mapping body) {
        return body.find("most").orElse(Value.nothing()) instanceof Value.Number(var literal, _)
                ? (int) Math.min(CronBackfill.MOST, (long) Double.parseDouble(literal))
                : MOST_UNSAID;
    }

    private static Instant instant(Value.Mapping body, String field) {
        var text = body.textAt(field).orElse("");
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Problem(
                            400,
                            "TIP-4003",
                            "\"" + field + "\" is no time: " + Call.shortened(text),
                            "write it as 2026-11-29T02:00:00Z")
                    .thrown();
        }
    }

    private static Value.Mapping named(ApiObject workflow) {
        return Value.object("namespace", workflow.namespace(), "name", workflow.name(), "uid", workflow.uid());
    }

    private static ObjectKey key(Call call) {
        return new ObjectKey(ResourceTypes.CRON_WORKFLOW, call.part("namespace"), call.part("name"));
    }

    private static Problem.Thrown unknown(Call call) {
        return new Problem(
                        404,
                        "TIP-4040",
                        "there is no CronWorkflow " + Call.shortened(call.part("namespace") + "/" + call.part("name")),
                        "`tiphys cron list -A` shows those there are")
                .thrown();
    }
}
