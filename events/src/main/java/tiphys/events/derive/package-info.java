/// Events that are made of other events: a batch of them, the last of a flurry, all of a key, or that none came. Read [Rule] first.
@NullMarked
package tiphys.events.derive;

import org.jspecify.annotations.NullMarked;
