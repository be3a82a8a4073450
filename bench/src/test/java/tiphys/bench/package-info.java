/// What the benchmarks' own instruments do when what is measured misbehaves.
@NullMarked
package tiphys.bench;

import org.jspecify.annotations.NullMarked;
