/// Event sources that watch a directory of this machine. Read [FileKind] first.
@NullMarked
package tiphys.connectors.file;

import org.jspecify.annotations.NullMarked;
