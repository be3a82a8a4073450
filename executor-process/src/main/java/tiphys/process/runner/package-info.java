/// What runs in the small JVM that owns the steps. Start at [tiphys.process.runner.Runner].
@NullMarked
package tiphys.process.runner;

import org.jspecify.annotations.NullMarked;
