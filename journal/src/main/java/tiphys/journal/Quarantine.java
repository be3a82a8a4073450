package tiphys.journal;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Which streams are set aside and why, and what is being decided right now: a process that dies of a decision leaves word of
/// it for the next one (`docs/decisions/0010-what-kills-twice-is-set-aside.md`). Objects count as streams here,
/// `object/<type>/<namespace>/<name>`, for reading one may be what kills. Safe for every thread.
public interface Quarantine {
    /// The kind under which objects are set aside.
    String OBJECT = "object";

    /// Something that is being decided; closed by the thread that began it.
    interface Mark extends AutoCloseable {
        /// From now on it is this that is decided about the stream.
        void now(String what);

        @Override
        void close();
    }

    /// Leaves word, until the mark is closed, that something about the stream is being decided. A stream that was being
    /// decided when the last process died gets the only turn of its kind, and may have to wait for it, within a bound.
    ///
    /// @param what is decided, as people and the next process shall know it: the same thing has the same words
    Mark begin(StreamName stream, String what);

    /// Why the stream is set aside; empty if it is not.
    Optional<String> reason(StreamName stream);

    /// Every stream that is set aside, and why.
    Map<StreamName, String> all();

    /// Sets a stream aside until this process ends: something failed at it in a way that the next start may not.
    void setAside(StreamName stream, String reason);

    /// Forgets why a stream was set aside, and that it was under suspicion.
    ///
    /// @return whether it was set aside
    boolean release(StreamName stream);

    /// One that leaves no word, for tests and for processes that do not come back.
    static Quarantine forgetful() {
        return new Forgetful();
    }

    /// Keeps what is set aside in memory.
    final class Forgetful implements Quarantine {
        private static final Mark NONE =
                new Mark() {
                    @Override
                    public void now(String what) {}

                    @Override
                    public void close() {}
                };

        private final Map<StreamName, String> aside = new ConcurrentHashMap<>();

        private Forgetful() {}

        @Override
        public Mark begin(StreamName stream, String what) {
            return NONE;
        }

        @Override
        public Optional<String> reason(StreamName stream) {
            return Optional.ofNullable(aside.get(stream));
        }

        @Override
        public Map<StreamName, String> all() {
            var all = new TreeMap<StreamName, String>(java.util.Comparator.comparing(StreamName::toString));
            all.putAll(aside);
            return all;
        }

        @Override
        public void setAside(StreamName stream, String reason) {
            aside.put(stream, reason);
        }

        @Override
        public boolean release(StreamName stream) {
            return aside.remove(stream) != null;
        }
    }
}
