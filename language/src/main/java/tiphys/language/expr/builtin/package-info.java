/// What the expr language computes with: operators, functions, methods, and which types they are for. Start at
/// [tiphys.language.expr.builtin.Builtins].
@NullMarked
package tiphys.language.expr.builtin;

import org.jspecify.annotations.NullMarked;
