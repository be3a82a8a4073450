/// Live runs: their actors, orders, needs and recovery. Start at [tiphys.runtime.runs.LiveRuns].
@NullMarked
package tiphys.runtime.runs;

import org.jspecify.annotations.NullMarked;
