/// Hooks at those who send: where a manifest asks for it, the sender is told where to send. What is told, and at which places, a
/// [tiphys.events.hook.Registrar] knows, one for each type of sender; when, how often, and what is said of it is the same for all: read
/// [tiphys.events.hook.HookedSource].
@NullMarked
package tiphys.events.hook;

import org.jspecify.annotations.NullMarked;
