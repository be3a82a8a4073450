/// Tests of archives.
@NullMarked
package tiphys.artifacts.archive;

import org.jspecify.annotations.NullMarked;
