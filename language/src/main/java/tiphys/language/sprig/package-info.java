/// Sprig's functions (v3.3.0), for expressions (`sprig.upper(…)`) and templates. Start at [tiphys.language.sprig.Sprig].
@NullMarked
package tiphys.language.sprig;

import org.jspecify.annotations.NullMarked;
