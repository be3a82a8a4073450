/// Directories that are looked at now and then, wherever they are: what is seen is compared with what the journal says was seen. Read
/// [tiphys.connectors.watch.Watch] first.
@NullMarked
package tiphys.connectors.watch;

import org.jspecify.annotations.NullMarked;
