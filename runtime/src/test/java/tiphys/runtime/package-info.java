@NullMarked
package tiphys.runtime;

import org.jspecify.annotations.NullMarked;
