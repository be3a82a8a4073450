/// The contract of the port [tiphys.events.hook.Registrar], which that of each sender passes against a stand-in that speaks the sender's API.
@NullMarked
package tiphys.connectors.hook;

import org.jspecify.annotations.NullMarked;
