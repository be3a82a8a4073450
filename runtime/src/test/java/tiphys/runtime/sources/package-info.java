/// Tests of the sources that watch this server's own objects.
@NullMarked
package tiphys.runtime.sources;

import org.jspecify.annotations.NullMarked;
