/// Clones of git repositories. Start at [tiphys.artifacts.git.GitDriver].
@NullMarked
package tiphys.artifacts.git;

import org.jspecify.annotations.NullMarked;
