/// The expr language with Argo's and Sprig's functions. Start at [tiphys.language.expr.Expression].
@NullMarked
package tiphys.language.expr;

import org.jspecify.annotations.NullMarked;
