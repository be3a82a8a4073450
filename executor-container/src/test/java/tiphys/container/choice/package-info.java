@NullMarked
package tiphys.container.choice;

import org.jspecify.annotations.NullMarked;
