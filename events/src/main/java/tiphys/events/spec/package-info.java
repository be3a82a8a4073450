/// What the fields of event objects are read with, and what is claimed of them; what cannot be honoured is refused by name.
@NullMarked
package tiphys.events.spec;

import org.jspecify.annotations.NullMarked;
