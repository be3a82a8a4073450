/// Streams of entries with durable cursors, and the port [tiphys.journal.Journal] that keeps them. No rule of any domain
/// lives here.
@NullMarked
package tiphys.journal;

import org.jspecify.annotations.NullMarked;
