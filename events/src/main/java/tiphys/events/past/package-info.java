/// What is done with events that are recorded already: given to the sensors again, or tried on rules without an effect. Read
/// [Trial] first.
@NullMarked
package tiphys.events.past;

import org.jspecify.annotations.NullMarked;
