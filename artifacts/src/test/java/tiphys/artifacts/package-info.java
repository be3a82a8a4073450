@NullMarked
package tiphys.artifacts;

import org.jspecify.annotations.NullMarked;
