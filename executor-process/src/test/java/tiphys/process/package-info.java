/// Steps as real processes.
@NullMarked
package tiphys.process;

import org.jspecify.annotations.NullMarked;
