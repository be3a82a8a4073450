/// What keeps a data directory in order: its lock, retention, checkpoints, sizes.
@NullMarked
package tiphys.store.keep;

import org.jspecify.annotations.NullMarked;
