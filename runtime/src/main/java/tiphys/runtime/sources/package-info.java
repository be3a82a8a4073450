/// Event sources that watch this server's own objects. Read [ResourceKind] first.
@NullMarked
package tiphys.runtime.sources;

import org.jspecify.annotations.NullMarked;
