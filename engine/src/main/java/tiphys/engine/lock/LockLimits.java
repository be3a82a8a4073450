package tiphys.engine.lock;

import java.util.OptionalInt;

/// How many may hold a lock. Asked when a lock comes into use and when it may have changed; quick.
public interface LockLimits {
    /// The limit of a semaphore; empty if it is nowhere to be found, or is no number.
    OptionalInt limit(LockName semaphore);
}
