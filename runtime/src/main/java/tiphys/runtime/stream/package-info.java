/// One actor for each stream, its timers and signals. Start at [tiphys.runtime.stream.StreamActor].
@NullMarked
package tiphys.runtime.stream;

import org.jspecify.annotations.NullMarked;
