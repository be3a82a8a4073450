/// Tests of how triggers come to their events.
@NullMarked
package tiphys.runtime.events;

import org.jspecify.annotations.NullMarked;
