package tiphys.events.source;

import java.util.Map;
import java.util.Optional;
import tiphys.events.source.SourceSettings.SecretKey;

/// What a source is to do. Equal assignments ask for the same.
///
/// @param uid of the EventSource object; one that is deleted and made again is another
/// @param secrets the values of [SourceSettings#secrets]
/// @param serviceAccount in whose name objects are looked at
/// @param filter is applied by the intake: a source hands in whatever arrives
public record Assignment(
        SourceName name,
        String uid,
        SourceSettings settings,
        Map<SecretKey, String> secrets,
        String serviceAccount,
        Optional<EventFilter> filter) {
    public Assignment {
        secrets = Map.copyOf(secrets);
    }

    /// Not the secrets' values.
    @Override
    public String toString() {
        return name + " " + settings;
    }
}
