package tiphys.server.access;

import java.util.Optional;
import org.eclipse.jetty.server.Request;
import tiphys.server.http.Problem;

/// Hears each decision before it has an effect. Short, never blocking, and safe for every thread.
@FunctionalInterface
public interface Audit {
    /// Nobody listens.
    Audit NONE = (_, _, _, _) -> {};

    /// A request was let in, or not.
    ///
    /// @param refused why not; empty if it was let in
    void decided(Request request, Face face, Subject subject, Optional<Problem> refused);
}
