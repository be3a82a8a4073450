@NullMarked
package tiphys.events;

import org.jspecify.annotations.NullMarked;
