@NullMarked
package tiphys.container;

import org.jspecify.annotations.NullMarked;
