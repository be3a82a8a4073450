package tiphys.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LockTableTest {
    private static final LockName MUTEX = new LockName(LockName.Kind.MUTEX, "ns", "m", "");
    private static final LockName OTHER = new LockName(LockName.Kind.MUTEX, "ns", "other", "");
    private static final LockName SEMAPHORE = new LockName(LockName.Kind.CONFIG_MAP, "ns", "limits", "k");

    private final AtomicInteger limit = new AtomicInteger(2);
    private final LockTable table = new LockTable(_ -> OptionalInt.of(limit.get()));

    private static LockTicket run(String uid) {
        return new LockTicket(uid, 0, -1);
    }

    private static LockRequest wish(String uid, long priority, long asked, LockName... locks) {
        return new LockRequest(run(uid), "ns/" + uid, List.of(locks), priority, 0, asked, List.of());
    }

    @Test
    void the_next_is_whoever_has_priority_and_then_whoever_asked_first() {
        table.ask(wish("a", 0, 1, MUTEX));
        assertThat(table.ask(wish("b", 0, 2, MUTEX))).isInstanceOf(LockAnswer.Waiting.class);
        table.ask(wish("c", 0, 3, MUTEX));
        table.ask(wish("d", 5, 4, MUTEX));
        assertThat(table.release(run("a"))).containsExactly(run("d"));
        assertThat(table.release(run("d"))).containsExactly(run("b"));
        assertThat(table.release(run("c"))).isEmpty();
        assertThat(table.release(run("b"))).isEmpty();
        assertThat(table.standings()).isEmpty();
    }

    @Test
    void a_limit_that_grows_lets_more_of_them_go_on_at_once() {
        for (var uid : List.of("a", "b", "c", "d", "e")) {
            table.ask(wish(uid, 0, uid.charAt(0), SEMAPHORE));
        }
        limit.set(4);
        assertThat(table.limitsChanged(_ -> true)).containsExactly(run("c"), run("d"));
        limit.set(1);
        assertThat(table.limitsChanged(_ -> true)).isEmpty();
        assertThat(table.release(run("a"))).isEmpty();
        assertThat(table.standings().getFirst().holders()).containsExactly("ns/b", "ns/c", "ns/d");
    }

    @Test
    void several_locks_are_had_together_or_not_at_all() {
        table.ask(wish("a", 0, 1, MUTEX));
        assertThat(table.ask(wish("b", 0, 2, OTHER, MUTEX))).isInstanceOf(LockAnswer.Waiting.class);
        assertThat(table.standings().getLast().holders()).as("of a lock that is free").isEmpty();
        assertThat(table.release(run("a"))).containsExactly(run("b"));
        assertThat(table.ask(wish("c", 0, 3, OTHER))).isInstanceOf(LockAnswer.Waiting.class);
    }

    @Test
    void nothing_is_granted_before_all_that_is_held_is_known() {
        table.close();
        table.adopt("b", List.of(), List.of(wish("b", 0, 2, MUTEX)));
        table.adopt("a", List.of(wish("a", 0, 1, MUTEX)), List.of());
        assertThat(table.open()).isEmpty();
        assertThat(table.releaseAll("a")).containsExactly(run("b"));
    }

    @Test
    void a_run_that_is_read_again_keeps_the_grant_that_is_on_its_way() {
        table.ask(wish("a", 0, 1, MUTEX));
        table.ask(wish("b", 0, 2, MUTEX));
        table.ask(wish("c", 0, 3, MUTEX));
        table.release(run("a"));
        assertThat(table.adopt("b", List.of(), List.of(wish("b", 0, 2, MUTEX)))).containsExactly(run("b"));
        assertThat(table.adopt("b", List.of(), List.of())).as("its wish was not recorded").containsExactly(run("c"));
    }

    @Test
    void a_run_that_waits_no_more_keeps_what_it_holds() {
        table.ask(wish("a", 0, 1, MUTEX));
        table.ask(new LockRequest(new LockTicket("a", 0, 3), "ns/a/3", List.of(OTHER), 0, 0, 2, List.of()));
        table.ask(wish("b", 0, 3, MUTEX));
        assertThat(table.waitsNoMore("b")).isEmpty();
        assertThat(table.waitsNoMore("a")).isEmpty();
        assertThat(table.holds(run("a"))).isTrue();
        assertThat(table.release(run("a"))).isEmpty();
    }

    @Test
    void whoever_closes_a_ring_of_waiting_is_refused() {
        table.ask(wish("a", 0, 1, MUTEX));
        table.ask(wish("b", 0, 2, OTHER));
        var inA = new LockTicket("a", 0, 3);
        var inB = new LockTicket("b", 0, 3);
        assertThat(table.ask(new LockRequest(inA, "ns/a/3", List.of(OTHER), 0, 0, 3, List.of(run("a")))))
                .isInstanceOf(LockAnswer.Waiting.class);
        assertThat(table.ask(new LockRequest(inB, "ns/b/3", List.of(MUTEX), 0, 0, 4, List.of(run("b")))))
                .isInstanceOf(LockAnswer.Refused.class);
        assertThat(table.release(run("b"))).containsExactly(inA);
    }

    @Test
    void ten_thousand_that_wait_cost_a_hand_over_no_more_than_ten() {
        int waiting = 10_000;
        for (int i = 0; i < waiting; i++) {
            table.ask(wish("run-" + i, 0, i, MUTEX));
        }
        for (int i = 0; i + 1 < waiting; i++) {
            assertThat(table.release(run("run-" + i))).containsExactly(run("run-" + (i + 1)));
        }
    }
}
