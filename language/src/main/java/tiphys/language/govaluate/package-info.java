/// The govaluate language of `when` and of filters. Start at [tiphys.language.govaluate.Govaluate].
@NullMarked
package tiphys.language.govaluate;

import org.jspecify.annotations.NullMarked;
