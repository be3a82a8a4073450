/// What a Sensor object asks for: its dependencies with their filters, when its triggers fire, and what they do then. [SensorReader]
/// reads it.
@NullMarked
package tiphys.events.sensor;

import org.jspecify.annotations.NullMarked;
