/// Mutexes and semaphores: who holds them, who waits, and who is next. Start at [tiphys.engine.lock.LockTable].
@NullMarked
package tiphys.engine.lock;

import org.jspecify.annotations.NullMarked;
