/// What is true of a run, the facts that it is made of, and what runs are told. Start at [tiphys.engine.run.state.RunState].
@NullMarked
package tiphys.engine.run.state;

import org.jspecify.annotations.NullMarked;
