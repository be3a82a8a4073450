/// Recorded events at work again: ranges of them given to sensors once more, and tried on sensors that are not deployed. Read
/// [PastEvents] first.
@NullMarked
package tiphys.runtime.past;

import org.jspecify.annotations.NullMarked;
