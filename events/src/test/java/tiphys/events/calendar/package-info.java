/// Tests of calendars.
@NullMarked
package tiphys.events.calendar;

import org.jspecify.annotations.NullMarked;
