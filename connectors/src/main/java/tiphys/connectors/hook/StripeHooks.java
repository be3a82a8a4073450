package tiphys.connectors.hook;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// Webhook endpoints of Stripe. The secret that Stripe makes for one is shown once, to nobody: look it up in Stripe's pages, and name it in
/// the annotation `tiphys.io/signing-secret`.
final class StripeHooks implements Registrar {
    private static final String STRIPE = "https://api.stripe.com";
    private static final String ENDPOINTS = "/v1/webhook_endpoints";

    private final String stripe;

    StripeHooks() {
        this(STRIPE);
    }

    /// @param stripe where its API is
    StripeHooks(String stripe) {
        this.stripe = stripe;
    }

    @Override
    public List<String> places(Hook hook) {
        return List.of("the account");
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var given = hook.manifest().listAt("eventFilter");
            List<Value> events = given.isEmpty() ? List.of(Value.text("*")) : given;
            var there = find(api, hook);
            if (there.isEmpty()) {
                api.sendForm(ENDPOINTS, "url=" + Api.encoded(hook.url()) + form(events));
            } else if (!there.get().textAt("status").equals(Optional.of("enabled"))
                    || !Hooks.areSame(there.get().listAt("enabled_events"), events)) {
                api.sendForm(ENDPOINTS + "/" + Hooks.id(there.get()), "disabled=false" + form(events));
            }
        }
    }

    private static String form(List<Value> events) {
        var form = new StringBuilder();
        for (var event : events) {
            if (event instanceof Value.Text(var text, _)) {
                form.append("&enabled_events%5B%5D=").append(Api.encoded(text));
            }
        }
        return form.toString();
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var there = find(api, hook);
            if (there.isPresent()) {
                api.delete(ENDPOINTS + "/" + Hooks.id(there.get()));
            }
        }
    }

    private static Optional<Value.Mapping> find(Api api, Hook hook) throws IOException, InterruptedException {
        var after = "";
        for (int page = 0; page < Hooks.PAGES; page++) {
            var answer = Hooks.object(api.get(ENDPOINTS + "?limit=100" + after));
            var endpoints = answer.listAt("data");
            var found = Hooks.with(endpoints, hook.url(), "url");
            if (found.isPresent() || endpoints.isEmpty() || !Hooks.isTrue(answer, "has_more")) {
                return found;
            }
            after = "&starting_after=" + Hooks.id(Hooks.object(endpoints.getLast()));
        }
        return Optional.empty();
    }

    private Api api(Hook hook) {
        return new Api(stripe, Map.of("Authorization", Api.bearer(hook.secret("apiKey"))));
    }
}
