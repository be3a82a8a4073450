/// Which host programs stand for which images.
@NullMarked
package tiphys.process.images;

import org.jspecify.annotations.NullMarked;
