package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What every registrar keeps, whatever its sender's API is like.
abstract class RegistrarContract {
    static final String URL = "https://hooks.example:8443/push";
    static final String TOKEN = "t0k3n";
    static final String SECRET = "s3cret";

    final TakingServer server;

    /// The hooks that the sender has, by the path of what one of them is.
    final Map<String, Value.Mapping> hooks = new LinkedHashMap<>();

    private int made;

    RegistrarContract() throws IOException {
        server = new TakingServer();
        server.answer(taken -> isLetIn(taken) ? answer(taken) : Reply.of(401, "{\"message\":\"who are you?\"}"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    abstract Registrar registrar();

    /// The event as a manifest has it, with the fields of where the server is.
    abstract Value.Mapping manifest(List<String> events);

    /// @param token what lets one in
    abstract Map<String, String> secrets(String token);

    /// What the sender calls the events.
    abstract List<String> eventsOf(Value.Mapping hook);

    abstract String urlOf(Value.Mapping hook);

    /// Where hooks are: a list of them, and below it each one.
    abstract List<String> collections();

    abstract boolean isLetIn(Taken taken);

    /// How the sender answers a list.
    Value listed(List<Value> all) {
        return Value.list(all);
    }

    /// A hook as the sender shows it, made of what it was told.
    Value.Mapping shown(String id, Value.Mapping told) {
        return told.with("id", Value.number(Integer.parseInt(id)));
    }

    /// How the sender's API reads a body.
    Value.Mapping told(Taken taken) {
        return Hooks.object(Json.parse(taken.body()));
    }

    /// What this sender has beside hooks.
    Reply other(Taken taken) {
        return Reply.of(404, "{\"message\":\"there is no " + taken.path() + "\"}");
    }

    /// Two kinds of events, as a manifest names them.
    List<String> two() {
        return List.of("push", "issues");
    }

    /// The same, as [#eventsOf].
    List<String> shownTwo() {
        return two();
    }

    private synchronized Reply answer(Taken taken) {
        var path = taken.path().split("\\?", 2)[0];
        for (var collection : collections()) {
            if (path.equals(collection)) {
                return switch (taken.method()) {
                    case "GET" -> json(200, listed(under(collection)));
                    case "POST" -> {
                        var id = Integer.toString(++made);
                        hooks.put(collection + "/" + id, shown(id, told(taken)));
                        yield json(201, hooks.get(collection + "/" + id));
                    }
                    default -> other(taken);
                };
            }
            if (path.startsWith(collection + "/") && hooks.containsKey(path)) {
                var id = path.substring(collection.length() + 1);
                return switch (taken.method()) {
                    case "DELETE" -> {
                        hooks.remove(path);
                        yield Reply.of(204, "");
                    }
                    case "PUT", "PATCH", "POST" -> {
                        var changed = hooks.get(path);
                        for (var field : shown(id, told(taken)).fields().entrySet()) {
                            changed = changed.with(field.getKey(), field.getValue());
                        }
                        hooks.put(path, changed);
                        yield json(200, changed);
                    }
                    default -> other(taken);
                };
            }
        }
        return other(taken);
    }

    private List<Value> under(String collection) {
        return hooks.entrySet().stream()
                .filter(one -> one.getKey().startsWith(collection + "/"))
                .<Value>map(Map.Entry::getValue)
                .toList();
    }

    static Reply json(int status, Value body) {
        return Reply.of(status, Json.text(body));
    }

    static List<String> texts(List<Value> all) {
        return all.stream().map(Value.Text.class::cast).map(Value.Text::value).sorted().toList();
    }

    static List<Value> values(List<String> all) {
        return all.stream().<Value>map(Value::text).toList();
    }

    Hook hook(List<String> events, String token) {
        return new Hook("sender", "event", URL, manifest(events), secrets(token), true, Duration.ofMinutes(1));
    }

    void register(Hook hook, Occasion occasion) throws IOException, InterruptedException {
        for (var place : registrar().places(hook)) {
            registrar().register(hook, place, occasion);
        }
    }

    void remove(Hook hook) throws IOException, InterruptedException {
        for (var place : registrar().places(hook)) {
            registrar().remove(hook, place);
        }
    }

    List<Value.Mapping> ours() {
        return hooks.values().stream().filter(hook -> urlOf(hook).equals(URL)).toList();
    }

    private Stream<Taken> changes() {
        return server.all().stream().filter(taken -> !taken.method().equals("GET"));
    }

    @Test
    void each_place_has_one_hook_however_often_it_is_registered() throws Exception {
        var hook = hook(two(), TOKEN);
        register(hook, Occasion.FIRST);
        assertThat(ours()).hasSize(collections().size());
        assertThat(ours()).allSatisfy(one -> assertThat(eventsOf(one)).containsExactlyInAnyOrderElementsOf(shownTwo()));
        var before = new ArrayList<>(hooks.values());
        long changes = changes().count();
        register(hook, Occasion.LOOK);
        assertThat(changes()).hasSize((int) changes);
        register(hook, Occasion.FIRST);
        assertThat(hooks.values()).containsExactlyElementsOf(before);
    }

    @Test
    void one_that_sends_something_else_is_changed() throws Exception {
        register(hook(two().subList(0, 1), TOKEN), Occasion.FIRST);
        register(hook(two(), TOKEN), Occasion.LOOK);
        assertThat(ours()).hasSize(collections().size());
        assertThat(ours()).allSatisfy(one -> assertThat(eventsOf(one)).containsExactlyInAnyOrderElementsOf(shownTwo()));
    }

    @Test
    void hooks_of_others_are_left_alone() throws Exception {
        var others = new Hook("sender", "e", URL + "/other", manifest(two()), secrets(TOKEN), true, Duration.ZERO);
        if (!keepsSeveral()) {
            return;
        }
        register(others, Occasion.FIRST);
        var before = new ArrayList<>(hooks.values());
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(hooks.values()).containsAll(before).hasSize(2 * before.size());
        remove(hook(two(), TOKEN));
        assertThat(hooks.values()).containsExactlyElementsOf(before);
    }

    /// Whether one manifest's events with other URLs are hooks of their own.
    boolean keepsSeveral() {
        return true;
    }

    @Test
    void what_is_removed_is_gone_and_may_be_gone_already() throws Exception {
        var hook = hook(two(), TOKEN);
        register(hook, Occasion.FIRST);
        remove(hook);
        assertThat(hooks).isEmpty();
        remove(hook);
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_work() throws Exception {
        assertThatThrownBy(() -> register(hook(two(), "wrong"), Occasion.FIRST))
                .isInstanceOf(IOException.class)
                .hasMessage("127.0.0.1 says 401 who are you?");
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(ours()).hasSize(collections().size());
    }

    @Test
    void a_sender_that_is_not_there_is_told_and_may_come_back() throws Exception {
        server.stop();
        assertThatThrownBy(() -> register(hook(two(), TOKEN), Occasion.FIRST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(server.url())
                .hasMessageContaining("cannot be reached");
        server.start();
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(ours()).hasSize(collections().size());
    }
}
