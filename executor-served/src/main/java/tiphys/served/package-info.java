/// Steps that the server does itself, for they need no process: requests, plugins, changes of its own objects. Start at
/// [tiphys.served.Served].
@NullMarked
package tiphys.served;

import org.jspecify.annotations.NullMarked;
