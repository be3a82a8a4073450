/// Tests of who Azure is told that one is.
@NullMarked
package tiphys.artifacts.azure;

import org.jspecify.annotations.NullMarked;
