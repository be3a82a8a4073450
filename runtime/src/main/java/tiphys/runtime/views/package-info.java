/// What people are shown of runs, events and how they hang together.
@NullMarked
package tiphys.runtime.views;

import org.jspecify.annotations.NullMarked;
