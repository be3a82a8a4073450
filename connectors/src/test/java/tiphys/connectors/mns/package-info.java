/// The type `mns` against a server that answers as the service's documents say.
@NullMarked
package tiphys.connectors.mns;

import org.jspecify.annotations.NullMarked;
