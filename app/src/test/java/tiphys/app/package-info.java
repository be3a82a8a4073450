@NullMarked
package tiphys.app;

import org.jspecify.annotations.NullMarked;
