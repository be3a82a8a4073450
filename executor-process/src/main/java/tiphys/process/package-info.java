/// Steps as processes of this machine, under a runner that outlives the server.
@NullMarked
package tiphys.process;

import org.jspecify.annotations.NullMarked;
