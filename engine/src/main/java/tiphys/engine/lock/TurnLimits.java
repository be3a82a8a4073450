package tiphys.engine.lock;

/// How many Workflows may go on at once. Asked when something may have changed; quick.
@FunctionalInterface
public interface TurnLimits {
    /// What holds for a namespace.
    Limits of(String namespace);

    /// What holds for the namespaces of one group.
    ///
    /// @param group what is counted together: whose settings these are
    /// @param total of how many in the whole group; 0 for any number
    /// @param each of how many in this namespace; 0 for any number
    record Limits(String group, int total, int each) {
        /// Any number.
        public static final Limits NONE = new Limits("", 0, 0);

        /// Whether a Workflow may have to wait.
        public boolean any() {
            return total > 0 || each > 0;
        }
    }
}
