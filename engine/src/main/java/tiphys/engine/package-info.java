/// Runs of workflows: what an executor is asked for and reports, and what faces may ask about runs. The rules are in
/// [tiphys.engine.run].
@NullMarked
package tiphys.engine;

import org.jspecify.annotations.NullMarked;
