/// The event side at work: intake, triggers, firings, and what the objects ask for. Start at [tiphys.runtime.events.EventReconciler].
@NullMarked
package tiphys.runtime.events;

import org.jspecify.annotations.NullMarked;
