/// Files and directories as archives, and back. Start at [tiphys.artifacts.archive.Packing].
@NullMarked
package tiphys.artifacts.archive;

import org.jspecify.annotations.NullMarked;
