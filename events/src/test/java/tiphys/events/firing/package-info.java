@NullMarked
package tiphys.events.firing;

import org.jspecify.annotations.NullMarked;
