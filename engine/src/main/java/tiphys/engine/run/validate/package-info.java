/// What can be known to be wrong with a workflow before it runs. Start at [tiphys.engine.run.validate.Validation].
@NullMarked
package tiphys.engine.run.validate;

import org.jspecify.annotations.NullMarked;
