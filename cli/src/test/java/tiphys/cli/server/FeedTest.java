package tiphys.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.Pipeline;
import tiphys.cli.terminal.ExitCode;
import tiphys.testkit.Eventually;

class FeedTest {
    static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path directory;

    FakeServer server;
    Api api;

    @BeforeEach
    void begin() throws IOException {
        server = new FakeServer();
        api = new Api(place(server));
    }

    static ServerPlace place(FakeServer server) {
        var url = java.net.URI.create(server.address());
        return new ServerPlace(
                url,
                Optional.of(url),
                FakeServer.TOKEN,
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @AfterEach
    void end() {
        server.close();
    }

    void awaitFollower() {
        Eventually.within(LONG, "a follower", () -> server.followers() == 1);
    }

    @Test
    void a_change_arrives_with_what_it_is_about() throws InterruptedException {
        try (var feed = new Feed(api)) {
            awaitFollower();
            server.change(7, "run-1");
            assertThat(feed.next(LONG)).contains(new Feed.Opened());
            assertThat(feed.next(LONG).orElseThrow())
                    .isInstanceOfSatisfying(
                            Feed.Change.class,
                            change -> {
                                assertThat(change.sequence()).isEqualTo(7);
                                assertThat(change.uid()).isEqualTo("run-1");
                                assertThat(change.type()).isEqualTo("node.ended");
                            });
        }
    }

    @Test
    void a_broken_feed_goes_on_after_the_last_change_that_came() throws InterruptedException {
        try (var feed = new Feed(api)) {
            awaitFollower();
            server.change(41, "a");
            assertThat(feed.next(LONG)).contains(new Feed.Opened());
            assertThat(feed.next(LONG)).get().isInstanceOf(Feed.Change.class);
            server.breakFeeds();
            assertThat(feed.next(LONG)).contains(new Feed.Opened());
            awaitFollower();
            server.change(42, "b");
            assertThat(feed.next(LONG))
                    .get()
                    .isInstanceOfSatisfying(Feed.Change.class, c -> assertThat(c.uid()).isEqualTo("b"));
            assertThat(server.requests()).containsExactly("GET /tiphys/v1/feed", "GET /tiphys/v1/feed?after=41");
        }
    }

    @Test
    void comments_and_half_lines_are_no_changes() throws InterruptedException {
        try (var feed = new Feed(api)) {
            awaitFollower();
            server.tell(": still here\n\n");
            server.tell("id: 3\nevent: change\ndata: {\"uid\":");
            server.tell("\"x\"}\n\n");
            assertThat(feed.next(LONG)).contains(new Feed.Opened());
            assertThat(feed.next(LONG))
                    .get()
                    .isInstanceOfSatisfying(Feed.Change.class, c -> assertThat(c.uid()).isEqualTo("x"));
        }
    }

    @Test
    void a_reader_that_is_too_slow_is_told_to_read_everything() throws InterruptedException {
        try (var feed = new Feed(api)) {
            awaitFollower();
            for (int i = 1; i <= 3000; i++) {
                server.change(i, "run-" + i);
            }
            server.change(3001, "the-last");
            boolean again = false;
            int openings = 0;
            while (!again) {
                var item = feed.next(LONG).orElseThrow();
                openings += item instanceof Feed.Opened ? 1 : 0;
                again = item instanceof Feed.Change change && change.uid().equals("the-last");
            }
            assertThat(openings).isPositive();
        }
    }

    @Test
    void a_feed_that_stays_broken_is_given_up() throws InterruptedException {
        server.close();
        try (var feed = new Feed(api, Duration.ofMillis(1))) {
            assertThat(feed.next(LONG))
                    .get()
                    .isInstanceOfSatisfying(
                            Feed.Lost.class, lost -> assertThat(lost.error().exit()).isEqualTo(ExitCode.UNREACHABLE));
        }
    }

    @Test
    void a_refusal_is_final() throws InterruptedException {
        server.on("GET /tiphys/v1/feed", _ -> FakeServer.Reply.refused(403, "TIP-4030", "not you", ""));
        try (var feed = new Feed(api)) {
            assertThat(feed.next(LONG))
                    .get()
                    .isInstanceOfSatisfying(
                            Feed.Lost.class, lost -> assertThat(lost.error().code()).isEqualTo("TIP-4030"));
        }
    }

    @Test
    void a_run_is_followed_over_a_break_to_its_end() throws IOException {
        var pipeline = new Pipeline().state(2);
        pipeline.on(server);
        var desk = Desk.at(directory, server);
        var watching = Thread.ofVirtual().start(() -> assertThat(desk.run("watch", "@latest").exit()).isZero());
        awaitFollower();
        server.change(1, "6a1f");
        Eventually.within(LONG, "the first step", () -> desk.printed().contains("train-model Running"));
        server.breakFeeds();
        pipeline.state(3);
        Eventually.within(LONG, "the second step", () -> desk.printed().contains("evaluate-model Running"));
        pipeline.state(4);
        awaitFollower();
        server.change(2, "6a1f");
        Eventually.within(LONG, "the end of watch", () -> !watching.isAlive());
        assertThat(desk.printed().lines().filter(line -> line.contains("train-model Running"))).hasSize(1);
        assertThat(desk.printed()).endsWith("Succeeded  2/2  1.9s\n");
    }
}
