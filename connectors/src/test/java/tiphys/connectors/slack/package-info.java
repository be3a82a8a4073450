/// Against servers of the test's own.
@NullMarked
package tiphys.connectors.slack;

import org.jspecify.annotations.NullMarked;
