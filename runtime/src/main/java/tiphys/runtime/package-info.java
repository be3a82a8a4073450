/// Runs the rules: one actor for each stream, consumers with cursors, timers, and the effects that follow a flush.
@NullMarked
package tiphys.runtime;

import org.jspecify.annotations.NullMarked;
