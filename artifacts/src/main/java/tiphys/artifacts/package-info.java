/// Where artifacts are kept. Start at [tiphys.artifacts.Repositories].
@NullMarked
package tiphys.artifacts;

import org.jspecify.annotations.NullMarked;
