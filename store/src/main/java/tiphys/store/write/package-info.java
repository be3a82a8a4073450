/// One batch at a time reaches the disk. Start at [tiphys.store.write.Committer].
@NullMarked
package tiphys.store.write;

import org.jspecify.annotations.NullMarked;
