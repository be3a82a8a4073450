/// The life of one run: [tiphys.engine.run.Run] decides and applies.
@NullMarked
package tiphys.engine.run;

import org.jspecify.annotations.NullMarked;
