/// What is decided about a run. Start at [tiphys.engine.run.rules.Decider].
@NullMarked
package tiphys.engine.run.rules;

import org.jspecify.annotations.NullMarked;
