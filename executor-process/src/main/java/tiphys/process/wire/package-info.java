/// What server and runner say to each other. Start at [tiphys.process.wire.Wire].
@NullMarked
package tiphys.process.wire;

import org.jspecify.annotations.NullMarked;
