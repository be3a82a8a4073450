package tiphys.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tiphys.engine.lock.TurnLimits.Limits;
import tiphys.engine.lock.TurnTable.Standing;
import tiphys.testkit.Seeded;

class TurnTableTest {
    private final Map<String, Limits> limits = new HashMap<>();
    private final TurnTable table =
            new TurnTable(namespace -> limits.getOrDefault(namespace, new Limits("argo", 2, 0)));

    private static Turn turn(String uid, String namespace, long priority, long asked) {
        return new Turn(uid, namespace, priority, 0, asked);
    }

    @Test
    void no_more_go_on_than_may_and_who_is_over_lets_the_next_one_begin() {
        assertThat(table.ask(turn("a", "ns", 0, 1))).isTrue();
        assertThat(table.ask(turn("b", "ns", 0, 2))).isTrue();
        assertThat(table.ask(turn("c", "ns", 0, 3))).isFalse();
        assertThat(table.over("a")).containsExactly("c");
        assertThat(table.over("b")).isEmpty();
    }

    @Test
    void the_next_one_has_the_highest_priority_then_is_the_oldest_then_asked_first() {
        table.ask(turn("a", "ns", 0, 1));
        table.ask(turn("b", "ns", 0, 2));
        table.ask(turn("late", "ns", 0, 9));
        table.ask(turn("early", "ns", 0, 3));
        table.ask(new Turn("old", "ns", 0, -5, 20));
        table.ask(turn("high", "ns", 7, 30));
        var order = new ArrayList<String>();
        for (var next = table.over("a"); !next.isEmpty(); next = table.over(next.getFirst())) {
            order.addAll(next);
        }
        assertThat(order).containsExactly("high", "old", "early", "late");
    }

    @Test
    void a_namespace_that_is_full_holds_up_no_other() {
        limits.put("one", new Limits("argo", 3, 1));
        table.ask(turn("a", "one", 0, 1));
        assertThat(table.ask(turn("b", "one", 9, 2))).isFalse();
        limits.put("two", new Limits("argo", 3, 0));
        assertThat(table.ask(turn("c", "two", 0, 3))).isTrue();
        assertThat(table.over("c")).isEmpty();
        assertThat(table.over("a")).containsExactly("b");
    }

    @Test
    void a_namespace_with_settings_of_its_own_is_counted_apart() {
        limits.put("own", new Limits("own", 1, 0));
        table.ask(turn("a", "ns", 0, 1));
        table.ask(turn("b", "ns", 0, 2));
        assertThat(table.ask(turn("c", "own", 0, 3))).isTrue();
        assertThat(table.ask(turn("d", "own", 0, 4))).isFalse();
    }

    @Test
    void whoever_went_on_without_asking_counts_and_a_lower_limit_ends_nobody() {
        for (var uid : List.of("a", "b", "c")) {
            table.goesOn(uid, "ns");
        }
        assertThat(table.ask(turn("d", "ns", 0, 1))).isFalse();
        assertThat(table.over("a")).isEmpty();
        assertThat(table.over("b")).containsExactly("d");
    }

    @Test
    void a_higher_limit_lets_those_begin_who_wait() {
        table.goesOn("a", "ns");
        table.goesOn("b", "ns");
        table.ask(turn("c", "ns", 0, 1));
        table.ask(turn("d", "ns", 0, 2));
        limits.put("ns", new Limits("argo", 3, 0));
        assertThat(table.limitsChanged()).containsExactly("c");
        limits.put("ns", Limits.NONE);
        assertThat(table.limitsChanged()).containsExactly("d");
    }

    @Test
    void nobody_begins_before_all_that_go_on_are_known() {
        table.close();
        assertThat(table.waits(turn("b", "ns", 0, 2))).isEmpty();
        assertThat(table.waits(turn("a", "ns", 0, 1))).isEmpty();
        table.goesOn("c", "ns");
        assertThat(table.open()).containsExactly("a");
        assertThat(table.waiting()).isOne();
    }

    @Test
    void a_run_that_is_read_again_is_told_again() {
        table.ask(turn("a", "ns", 0, 1));
        assertThat(table.waits(turn("a", "ns", 0, 1))).containsExactly("a");
        assertThat(table.standing("a")).isEqualTo(Standing.GOES_ON);
    }

    @Seeded
    void a_limit_is_kept_and_nobody_waits_while_there_is_room(RandomGenerator random) {
        var each = random.nextInt(3);
        var total = random.nextInt(5);
        for (var namespace : List.of("a", "b", "c")) {
            limits.put(namespace, new Limits("argo", total, each));
        }
        var going = new HashMap<String, String>();
        var waiting = new HashMap<String, Turn>();
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(3) > 0 || going.isEmpty()) {
                var namespace = List.of("a", "b", "c").get(random.nextInt(3));
                var turn = new Turn("run-" + i, namespace, random.nextInt(3), random.nextInt(4), i);
                if (table.ask(turn)) {
                    going.put(turn.runUid(), namespace);
                } else {
                    waiting.put(turn.runUid(), turn);
                }
            } else {
                var all = new ArrayList<>(going.keySet());
                all.sort(null);
                var over = all.get(random.nextInt(all.size()));
                going.remove(over);
                for (var next : table.over(over)) {
                    var turn = waiting.remove(next);
                    assertThat(turn).as("who waits").isNotNull();
                    going.put(next, turn.namespace());
                }
            }
            if (total > 0) {
                assertThat(going.size()).isLessThanOrEqualTo(total);
            }
            for (var namespace : new HashSet<>(limits.keySet())) {
                long here = going.values().stream().filter(namespace::equals).count();
                var full = each > 0 && here >= each || total > 0 && going.size() >= total;
                assertThat(each == 0 || here <= each).isTrue();
                assertThat(full || waiting.values().stream().noneMatch(one -> one.namespace().equals(namespace)))
                        .isTrue();
            }
        }
    }
}
