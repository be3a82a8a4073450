@NullMarked
package tiphys.events.trigger;

import org.jspecify.annotations.NullMarked;
