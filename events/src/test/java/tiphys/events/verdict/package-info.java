@NullMarked
package tiphys.events.verdict;

import org.jspecify.annotations.NullMarked;
