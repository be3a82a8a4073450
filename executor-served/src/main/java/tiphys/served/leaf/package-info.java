/// How a step runs that has no process: its order is taken, its start recorded, then it is done by a thread of the server.
/// Start at [tiphys.served.leaf.ServedExecutor].
@NullMarked
package tiphys.served.leaf;

import org.jspecify.annotations.NullMarked;
