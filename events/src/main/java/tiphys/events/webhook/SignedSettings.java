package tiphys.events.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.source.SourceSettings;
import tiphys.manifest.Value;

/// What a manifest says of an event of a known sender.
///
/// @param listener where its requests come in
/// @param keys the Secrets that its [Receiver] needs, by the fields that name them
/// @param hook under which URL a hook is registered at the sender; empty if none is
/// @param json the event as it stands in the manifest
record SignedSettings(
        WebhookSettings listener,
        Map<String, SecretKey> keys,
        Optional<Value.Mapping> metadata,
        Optional<String> hook,
        Value.Mapping json)
        implements SourceSettings {
    SignedSettings {
        keys = Map.copyOf(keys);
    }

    @Override
    public List<SecretKey> secrets() {
        var all = new ArrayList<>(listener.secrets());
        keys.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(key -> all.add(key.getValue()));
        return all;
    }

    @Override
    public Optional<String> place() {
        return listener.place();
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("method", "POST", "token", listener.token().isPresent(), "signed", !keys.isEmpty())
                .with("hook", hook.orElse(""));
    }
}
