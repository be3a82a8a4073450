/// The type `log` of triggers.
@NullMarked
package tiphys.connectors.log;

import org.jspecify.annotations.NullMarked;
