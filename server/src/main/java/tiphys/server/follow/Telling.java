package tiphys.server.follow;

/// What one follower is told. Belongs to its [Rounds]: one thread at a time, and only when the connection has taken all that
/// was told before. It may read the store; it must not wait for anything else.
@FunctionalInterface
public interface Telling {
    /// What is new since the last call. What it throws cuts the answer off.
    Told next();

    /// What there is to say.
    ///
    /// @param bytes may be shared among followers, so nobody may change them; empty for nothing new
    /// @param more whether the next round has more to say, whatever happens until then
    /// @param last whether the answer ends behind these bytes
    record Told(byte[] bytes, boolean more, boolean last) {
        private static final byte[] NO_BYTES = {};

        /// Nothing is new.
        public static final Told NOTHING = new Told(NO_BYTES, false, false);

        /// Nothing is new, and nothing will be.
        public static final Told END = new Told(NO_BYTES, false, true);
    }
}
