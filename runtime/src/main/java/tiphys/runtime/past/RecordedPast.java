package tiphys.runtime.past;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tiphys.events.past.Past;
import tiphys.events.past.Selection;
import tiphys.manifest.Value;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.Triggers;
import tiphys.runtime.views.EventStories;

/// The face of recorded events: replays and trials. Safe for every thread.
public final class RecordedPast implements Past {
    private final RangeReplay replays;
    private final WhatIf trials;
    private final Executor tasks;

    public RecordedPast(EventPorts ports, Triggers triggers, EventStories stories, Turns turns, Executor tasks) {
        this.replays = new RangeReplay(ports, triggers, stories, turns, tasks);
        this.trials = new WhatIf(ports, triggers, stories);
        this.tasks = tasks;
    }

    @Override
    public CompletableFuture<Value.Mapping> plan(Selection events, Optional<String> again) {
        return replays.plan(events, again);
    }

    @Override
    public CompletableFuture<Value.Mapping> replay(Selection events, Optional<String> again, long after, int most) {
        return replays.replay(events, again, after, most);
    }

    @Override
    public CompletableFuture<Value.Mapping> whatIf(
            Value.Mapping sensor, String against, Selection events, int samples) {
        return CompletableFuture.supplyAsync(() -> trials.of(sensor, against, events, samples), tasks);
    }
}
