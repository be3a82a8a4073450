/// Reads of the journal, of objects and of derived rows.
@NullMarked
package tiphys.store.read;

import org.jspecify.annotations.NullMarked;
