/// Filters and conditions: whether an event counts, and the tree that says why.
@NullMarked
package tiphys.events.verdict;

import org.jspecify.annotations.NullMarked;
