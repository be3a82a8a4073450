package tiphys.runtime.stream;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Sets that hold what was added last, for what needs to be known for a while.
public final class RecentSet {
    private RecentSet() {}

    /// An empty set that lets go of the oldest when there are more than that many. Safe for every thread.
    public static Set<String> of(int most) {
        return Collections.synchronizedSet(
                Collections.newSetFromMap(
                        new LinkedHashMap<>() {
                            private static final long serialVersionUID = 1;

                            @Override
                            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                                return size() > most;
                            }
                        }));
    }
}
