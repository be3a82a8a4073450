package tiphys.runtime.objects;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Pods;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// Lists in pages. Every page carries the version of the first: who watches from there is told of whatever changed while
/// the pages were read.
final class ObjectPages {
    private final ObjectStore store;
    private final Pods pods;

    /// Where the next page begins.
    private record Token(long version, String after) {
        static Token parse(String text) {
            try {
                var json = Json.parse(Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.UTF_8)));
                long version = Long.parseLong(json.textAt("rv").orElse(""));
                return new Token(
                        version,
                        json.textAt("start")
                                .filter(start -> start.contains("/"))
                                .orElseThrow(() -> invalid("no start")));
            } catch (IllegalArgumentException | InvalidInput e) {
                throw invalid(String.valueOf(e.getMessage()));
            }
        }

        private static Refusal invalid(String why) {
            return Refusal.badRequest("invalid continue token: continue key is not valid: " + why);
        }

        String text() {
            var json = Value.object("v", "1", "rv", Long.toString(version), "start", after);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
        }
    }

    ObjectPages(ObjectStore store, Pods pods) {
        this.store = store;
        this.pods = pods;
    }

    Objects.Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        var token = next.isEmpty() ? Optional.<Token>empty() : Optional.of(Token.parse(next));
        token.ifPresent(known -> checkAge(type, namespace, known));
        if (type.equals(ResourceTypes.POD)) {
            return viewPage(pods.list(namespace), selector, limit, token);
        }
        if (type.equals(ResourceTypes.EVENT)) {
            return viewPage(pods.events(namespace), selector, limit, token);
        }
        if (selector.name().isPresent() && (namespace.isPresent() || !type.namespaced())) {
            return single(
                    new ObjectKey(type, type.namespaced() ? namespace.orElse("") : "", selector.name().get()),
                    selector);
        }
        return storedPage(type, namespace, selector, limit, token);
    }

    private void checkAge(ResourceType type, Optional<String> namespace, Token token) {
        try {
            var _ = store.changes(type, namespace, token.version(), 1);
        } catch (ObjectStore.Expired e) {
            throw Refusal.expired(
                    "The provided continue parameter is too old to display a consistent list result. You must start a new list "
                            + "without the continue parameter.");
        }
    }

    private Objects.Page single(ObjectKey key, Selector selector) {
        long version = store.version();
        return new Objects.Page(version, store.get(key).filter(selector::matches).stream().toList(), "", 0);
    }

    private Objects.Page storedPage(
            ResourceType type, Optional<String> namespace, Selector selector, int limit, Optional<Token> token) {
        var found = new ArrayList<ApiObject>();
        var after = token.map(Token::after);
        long version = token.map(Token::version).orElse(-1L);
        int chunk = limit > 0 && selector.equals(Selector.ALL) ? Math.min(limit, StoredPages.PAGE) : StoredPages.PAGE;
        while (true) {
            var listing = store.list(type, namespace, after, chunk);
            if (version < 0) {
                version = listing.version();
            }
            var objects = listing.objects();
            for (int i = 0; i < objects.size(); i++) {
                if (!selector.matches(objects.get(i))) {
                    continue;
                }
                found.add(objects.get(i));
                if (found.size() == limit && (listing.more() || i + 1 < objects.size())) {
                    return new Objects.Page(
                            version, found, new Token(version, ObjectsWatch.cursor(objects.get(i))).text(), 0);
                }
            }
            if (!listing.more() || objects.isEmpty()) {
                return new Objects.Page(version, found, "", 0);
            }
            var last = ObjectsWatch.cursor(objects.getLast());
            if (limit > 0 && objects.size() < chunk && !found.isEmpty()) { // large ones
                return new Objects.Page(version, found, new Token(version, last).text(), 0);
            }
            after = Optional.of(last);
        }
    }

    /// A page of objects that are made up when somebody asks.
    private Objects.Page viewPage(List<ApiObject> made, Selector selector, int limit, Optional<Token> token) {
        long version = token.map(Token::version).orElseGet(store::version);
        var all =
                made.stream()
                        .filter(selector::matches)
                        .sorted(Comparator.comparing(ApiObject::namespace).thenComparing(ApiObject::name))
                        .filter(pod -> token.isEmpty() || isAfter(pod, token.get().after()))
                        .toList();
        if (limit <= 0 || all.size() <= limit) {
            return new Objects.Page(version, all, "", 0);
        }
        List<ApiObject> page = all.subList(0, limit);
        return new Objects.Page(
                version,
                List.copyOf(page),
                new Token(version, ObjectsWatch.cursor(page.getLast())).text(),
                all.size() - limit);
    }

    private static boolean isAfter(ApiObject pod, String start) {
        int slash = start.indexOf('/');
        int byNamespace = pod.namespace().compareTo(start.substring(0, slash));
        return byNamespace > 0 || (byNamespace == 0 && pod.name().compareTo(start.substring(slash + 1)) > 0);
    }
}
