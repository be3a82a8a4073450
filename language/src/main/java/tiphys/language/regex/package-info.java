/// Go's regular expressions. Start at [tiphys.language.regex.GoRegex].
@NullMarked
package tiphys.language.regex;

import org.jspecify.annotations.NullMarked;
