/// From a condition that holds to the object that is wanted: the firing's id, its parameters with their origin, the object.
@NullMarked
package tiphys.events.firing;

import org.jspecify.annotations.NullMarked;
