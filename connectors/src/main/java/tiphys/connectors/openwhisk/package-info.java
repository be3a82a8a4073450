/// The type `openWhisk` of triggers.
@NullMarked
package tiphys.connectors.openwhisk;

import org.jspecify.annotations.NullMarked;
