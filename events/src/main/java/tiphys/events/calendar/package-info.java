/// Events of a schedule or an interval. Read [CalendarKind] first.
@NullMarked
package tiphys.events.calendar;

import org.jspecify.annotations.NullMarked;
