/// The type `log`.
@NullMarked
package tiphys.connectors.log;

import org.jspecify.annotations.NullMarked;
