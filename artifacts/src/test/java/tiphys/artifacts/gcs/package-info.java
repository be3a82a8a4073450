/// Tests of who Google is told that one is.
@NullMarked
package tiphys.artifacts.gcs;

import org.jspecify.annotations.NullMarked;
