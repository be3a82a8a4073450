/// The journal and the objects in SQLite.
@NullMarked
package tiphys.store;

import org.jspecify.annotations.NullMarked;
