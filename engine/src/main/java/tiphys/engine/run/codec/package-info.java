/// How a run is written: facts, snapshots, orders. Start at [tiphys.engine.run.codec.RunFacts].
@NullMarked
package tiphys.engine.run.codec;

import org.jspecify.annotations.NullMarked;
