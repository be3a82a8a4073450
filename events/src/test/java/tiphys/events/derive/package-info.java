@NullMarked
package tiphys.events.derive;

import org.jspecify.annotations.NullMarked;
