package tiphys.runtime.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.journal.Transaction;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.TinyStores;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.objects.TinyObjects;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

class TimeToLiveTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private static ApiObject workflow(String spec, String phase) {
        var json =
                (Value.Mapping)
                        Json.parse(
                                """
                                {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"namespace":"ns","name":"w","uid":"u"},
                                 "spec":%s,"status":{"phase":"%s","finishedAt":"2026-11-29T12:00:00Z"}}
                                """
                                        .formatted(spec, phase));
        return new ApiObject(ResourceTypes.WORKFLOW, json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"ttlStrategy":{"secondsAfterCompletion":10}}                            | Succeeded | 10
                    {"ttlStrategy":{"secondsAfterCompletion":10,"secondsAfterSuccess":5}}    | Succeeded | 5
                    {"ttlStrategy":{"secondsAfterCompletion":10,"secondsAfterSuccess":5}}    | Failed    | 10
                    {"ttlStrategy":{"secondsAfterFailure":0}}                                | Error     | 0
                    {"ttlStrategy":{"secondsAfterFailure":3}}                                | Succeeded | -1
                    {"ttlStrategy":{"secondsAfterCompletion":10}}                            | Running   | -1
                    {}                                                                       | Succeeded | -1
                    """)
    void says_when_an_object_is_to_go(String spec, String phase, long seconds) {
        var expiry = TimeToLive.expiry(workflow(spec, phase));
        if (seconds < 0) {
            assertThat(expiry).isEmpty();
        } else {
            assertThat(expiry).contains(NOON.plusSeconds(seconds));
        }
    }

    @Test
    void deletes_what_is_due_and_leaves_what_was_retried_meanwhile() {
        var time = new VirtualTime(NOON);
        InMemoryStore store = TinyStores.fresh();
        var sleepers = time.sleepers();
        List<Runnable> tasks = new ArrayList<>();
        var objects = new TinyObjects(TinyStores.over(store), time);
        var old = workflow("{\"ttlStrategy\":{\"secondsAfterCompletion\":10}}", "Failed");
        write(store, new ObjectWrite.Create(old));
        try (var ttl = new TimeToLive(store, TimeToLive.in(objects), time, new Wakeups(time, sleepers), tasks::add)) {
            ttl.changed(ObjectsWatch.added(store.get(old.key()).orElseThrow()));
            var running = new ApiObject(old.type(), old.json().with("status", Value.object("phase", "Running")));
            write(store, new ObjectWrite.Update(running, OptionalLong.empty()));
            pass(time, sleepers, tasks, Duration.ofSeconds(11));
            assertThat(store.get(old.key())).isPresent();

            write(store, new ObjectWrite.Update(old, OptionalLong.empty()));
            ttl.changed(ObjectsWatch.added(store.get(old.key()).orElseThrow()));
            pass(time, sleepers, tasks, Duration.ofSeconds(1));
            assertThat(store.get(old.key())).isEmpty();
        }
    }

    private static void write(InMemoryStore store, ObjectWrite write) {
        store.commit(new Transaction(NOON, List.of(), List.of(), List.of(write))).join();
    }

    private static void pass(VirtualTime time, VirtualTime.Sleepers sleepers, List<Runnable> tasks, Duration duration) {
        time.pass(duration);
        sleepers.wake();
        tasks.forEach(Runnable::run);
        tasks.clear();
    }
}
