package tiphys.engine.run.state;

import java.util.List;
import tiphys.engine.lock.LockName;

/// The locks that a run or a node asked for.
///
/// @param askedMicros when it asked
/// @param held whether it holds them; else it waits for all of them
/// @param waiting the name of the first that it waits for; empty if that is not known, or if it waits for none
/// @param holders who held that when it asked, as Argo names holders
public record Locks(List<LockName> names, long askedMicros, boolean held, String waiting, List<String> holders) {
    public Locks {
        names = List.copyOf(names);
        holders = List.copyOf(holders);
    }

    Locks awaiting(String lock, List<String> by) {
        return new Locks(names, askedMicros, false, lock, by);
    }

    Locks granted() {
        return new Locks(names, askedMicros, true, "", List.of());
    }
}
