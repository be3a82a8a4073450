/// The contract of the port [tiphys.events.source.Source], which each source passes.
@NullMarked
package tiphys.events.source;

import org.jspecify.annotations.NullMarked;
