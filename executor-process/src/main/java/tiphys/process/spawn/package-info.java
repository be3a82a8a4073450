/// Starting programs of this machine. Start at [tiphys.process.spawn.Spawner].
@NullMarked
package tiphys.process.spawn;

import org.jspecify.annotations.NullMarked;
