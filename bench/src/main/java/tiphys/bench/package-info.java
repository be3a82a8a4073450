/// Benchmarks: each measures the real program and, interleaved in the same run, a floor program that does only what the
/// machine has to do. Start at [tiphys.bench.Bench].
@NullMarked
package tiphys.bench;

import org.jspecify.annotations.NullMarked;
