/// Regular expressions as Go reads them.
@NullMarked
package tiphys.language.regex;

import org.jspecify.annotations.NullMarked;
