package tiphys.events.hook;

import java.io.IOException;
import java.util.List;

/// Tells one type of sender where to send. A value without any state, so that a kill between two calls harms nothing: what is there is found
/// by its URL. Calls block, each for a bounded time. Safe for every thread.
public interface Registrar {
    /// Where a hook is needed, in words for people that are also what the other calls are told: `acme/app`, `group infra`. Asks nobody.
    List<String> places(Hook hook);

    /// Sees to it that there is one hook with this URL at a place, and that it sends what the manifest says. One that is there is taken, and
    /// changed if it differs.
    ///
    /// @throws IOException why that cannot be, in words for whoever looks after it; it is tried again
    void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException;

    /// Sees to it that no hook with this URL is there.
    ///
    /// @throws IOException why that cannot be
    void remove(Hook hook, String place) throws IOException, InterruptedException;

    /// Why a hook is looked for.
    enum Occasion {
        /// Nobody knows of one: what a sender does not show, such as its secret, is told anew.
        FIRST,
        /// There was one a while ago.
        LOOK
    }
}
