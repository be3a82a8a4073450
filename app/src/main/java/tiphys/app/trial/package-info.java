/// Sensors and events on files alone: what would fire, why, and with what, for people and for continuous integration.
@NullMarked
package tiphys.app.trial;

import org.jspecify.annotations.NullMarked;
