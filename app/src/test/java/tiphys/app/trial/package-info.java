@NullMarked
package tiphys.app.trial;

import org.jspecify.annotations.NullMarked;
