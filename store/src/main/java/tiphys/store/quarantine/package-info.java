/// What a process that dies leaves for the next one to know: what it was deciding. Start at
/// [tiphys.store.quarantine.QuarantineFiles].
@NullMarked
package tiphys.store.quarantine;

import org.jspecify.annotations.NullMarked;
