package tiphys.server.api;

import java.util.Optional;
import java.util.Set;
import tiphys.events.EventSearch;
import tiphys.events.Events;
import tiphys.events.Events.Replayed;
import tiphys.manifest.Value;
import tiphys.server.http.Problem;

/// Requests about events and the flow they go through.
final class EventRequests {
    private static final Set<String> VERDICTS = Set.of("", "fired", "waiting", "filtered", "failed", "unheard");

    private final Events events;

    EventRequests(Events events) {
        this.events = events;
    }

    void flow(Call call) {
        var namespace = call.text("namespace");
        call.answer(events.flow(namespace.isEmpty() ? "default" : namespace));
    }

    void list(Call call) {
        var verdict = call.text("verdict");
        checkVerdict(verdict);
        var page =
                events.list(
                        new Events.Query(
                                call.text("namespace"),
                                call.text("eventSource"),
                                call.text("sensor"),
                                verdict,
                                EventSearch.of(call.text("search")),
                                RunSearch.instant(call, "from"),
                                RunSearch.instant(call, "to"),
                                call.number("before", 0),
                                call.limit()));
        call.answer(Value.object("items", page.items(), "next", page.next()));
    }

    /// @throws Problem.Thrown 400 if there is no such verdict
    static void checkVerdict(String verdict) {
        if (!VERDICTS.contains(verdict)) {
            throw new Problem(
                            400,
                            "TIP-4002",
                            "there is no verdict \"" + Call.shortened(verdict) + "\"",
                            "it is one of fired, waiting, filtered, failed, unheard")
                    .thrown();
        }
    }

    void arrivals(Call call) {
        var namespace = call.text("namespace");
        call.items(events.arrivals(namespace.isEmpty() ? "default" : namespace, call.text("eventSource")));
    }

    void one(Call call) {
        var id = call.part("id");
        call.answer(events.find(id).orElseThrow(() -> unknown(id).thrown()));
    }

    void replay(Call call) throws Exception {
        var id = call.part("id");
        var confirmed = call.object().find("confirmed").equals(Optional.of(Value.bool(true)));
        switch (Waiting.on(events.replay(id, confirmed))) {
            case Replayed.Given(var triggers) -> call.answer(Value.object("triggers", triggers));
            case Replayed.NeedsConfirmation(var runs) ->
                    throw new Problem(
                                    409,
                                    "TIP-3409",
                                    "the event " + id + " made a run already: " + String.join(", ", runs),
                                    "say confirmed to make another one")
                            .details(Value.object("runs", runs))
                            .thrown();
            case Replayed.NobodyListens() ->
                    throw new Problem(
                                    422,
                                    "TIP-3422",
                                    "no sensor listens to the event " + id + " now",
                                    "apply a Sensor that depends on its event source, then replay it")
                            .thrown();
            case Replayed.Unknown() -> throw unknown(id).thrown();
        }
    }

    void send(Call call) throws Exception {
        var sent = events.send(call.part("namespace"), call.part("source"), call.part("event"), call.json());
        call.answer(202, Value.object("id", Waiting.on(sent)));
    }

    private static Problem unknown(String id) {
        return new Problem(
                404,
                "TIP-4040",
                "there is no event " + Call.shortened(id),
                "`tiphys events list` shows those there are");
    }
}
