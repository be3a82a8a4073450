/// The database file, its connections and its schema.
@NullMarked
package tiphys.store.sql;

import org.jspecify.annotations.NullMarked;
