@NullMarked
package tiphys.events.sensor;

import org.jspecify.annotations.NullMarked;
