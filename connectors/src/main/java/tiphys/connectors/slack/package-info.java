/// The type `slack` of triggers.
@NullMarked
package tiphys.connectors.slack;

import org.jspecify.annotations.NullMarked;
