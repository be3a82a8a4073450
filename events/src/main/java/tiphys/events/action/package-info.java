/// What triggers do when they fire: the port [tiphys.events.action.TriggerKind], one implementation a type of trigger.
@NullMarked
package tiphys.events.action;

import org.jspecify.annotations.NullMarked;
