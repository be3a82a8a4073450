/// Tests of sources that watch a directory.
@NullMarked
package tiphys.connectors.file;

import org.jspecify.annotations.NullMarked;
