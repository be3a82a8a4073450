/// What every type of trigger keeps.
@NullMarked
package tiphys.events.action;

import org.jspecify.annotations.NullMarked;
