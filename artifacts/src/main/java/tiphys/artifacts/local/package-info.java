/// This server's own store. Start at [tiphys.artifacts.local.LocalStore].
@NullMarked
package tiphys.artifacts.local;

import org.jspecify.annotations.NullMarked;
