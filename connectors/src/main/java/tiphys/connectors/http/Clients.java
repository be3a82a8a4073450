package tiphys.connectors.http;

import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.events.action.TriggerFailed;

/// Keeps the clients of the last few ways of doing TLS, for a client costs threads. Safe for every thread.
public final class Clients {
    private static final int MOST = 16;

    private final Map<Tls, Calls> known =
            new LinkedHashMap<>(MOST, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Tls, Calls> eldest) {
                    return size() > MOST; // what is under way with it goes on
                }
            };

    /// The client that does TLS this way.
    ///
    /// @throws TriggerFailed if the certificates or the key cannot be used
    public synchronized Calls of(Tls tls) throws TriggerFailed {
        var there = known.get(tls);
        if (there == null) {
            try {
                there = new Calls(tls);
            } catch (IllegalArgumentException e) {
                throw new TriggerFailed(String.valueOf(e.getMessage()));
            }
            known.put(tls, there);
        }
        return there;
    }
}
