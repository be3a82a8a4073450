/// Go's templates.
@NullMarked
package tiphys.language.gotemplate;

import org.jspecify.annotations.NullMarked;
