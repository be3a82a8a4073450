/// Events on their way: sources, sensors, filters, firings, parameters; and what faces may ask about them.
@NullMarked
package tiphys.events;

import org.jspecify.annotations.NullMarked;
