@NullMarked
package tiphys.events.spec;

import org.jspecify.annotations.NullMarked;
