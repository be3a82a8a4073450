/// Against servers of the test's own.
@NullMarked
package tiphys.connectors.openwhisk;

import org.jspecify.annotations.NullMarked;
